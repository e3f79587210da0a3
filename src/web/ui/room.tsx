import { drawings } from 'virtual:emails';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';

/** One chair in profile, facing right. The other is its mirror image. */
function Chair({ cushion }: { cushion: 'room-clay' | 'room-plain' }) {
  return (
    <>
      <path
        class={cushion}
        d="M117 188C114 176 121 169 133 167C145 165 152 171 155 182L180 284L142 292Z"
      />
      <path
        class={cushion}
        d="M146 282C180 276 212 274 238 276C250 277 254 283 253 291C252 299 246 302 236 302L160 306C146 306 140 296 146 282Z"
      />
      <path d="M122 232C160 238 206 236 250 229M236 232L244 370M104 170L144 311L126 370M144 311L240 304" />
    </>
  );
}

/** A plant in its pot, in the left corner. */
function Plant() {
  return (
    <>
      <path
        class="room-leaf"
        d="M46 316C36 296 22 290 12 292C14 308 30 318 46 316ZM48 312C44 280 50 262 62 250C72 268 66 294 48 312ZM49 318C58 300 74 296 86 300C82 314 66 322 49 318Z"
      />
      <path d="M47 338C47 330 48 320 49 310" />
      <path class="room-plain" d="M28 336H68L63 370H33Z" />
    </>
  );
}

/** The lamp on its arm, from the right. */
function Lamp({ lit }: { lit: boolean }) {
  return (
    <>
      <path d="M556 370V196C556 70 430 6 309 56V72M532 370C534 363 578 363 580 370" />
      <path class="room-shade" d="M262 117C262 90 284 72 309 72C334 72 356 90 356 117Z" />
      {lit && <path class="room-bulb" d="M297 118a12 9 0 0 0 24 0Z" />}
    </>
  );
}

/** What the light of a scene is made of. */
const Light = () => (
  <defs>
    <linearGradient id="lamplight" x1="0" y1="0" x2="0" y2="1">
      <stop class="room-near" offset="0" />
      <stop class="room-far" offset="1" />
    </linearGradient>
  </defs>
);

/** What is under the lamp. */
const Cone = () => (
  <>
    <Light />
    <path fill="url(#lamplight)" d="M272 118H346L536 370H82Z" />
    <path fill="url(#lamplight)" d="M286 118H332L420 370H198Z" />
  </>
);

/** A drawing that stands on its lower edge. Decorative, so hidden from assistive technology. */
function Scene({ small, children }: { small: boolean; children: Child }) {
  return (
    <svg
      class={small ? 'room room-small' : 'room'}
      viewBox="0 0 600 371"
      width="600"
      height="371"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

/**
 * Two chairs under a lamp, standing on the lower edge of the drawing: whatever comes below it is
 * the floor. `lit={false}` is for pages where something has ended.
 */
export function Room({ lit = true, small = false }: { lit?: boolean; small?: boolean }) {
  return (
    <Scene small={small}>
      {lit && <Cone />}
      <g class="room-line">
        <Lamp lit={lit} />
        <Plant />
        <Chair cushion="room-clay" />
        <g transform="translate(630 0) scale(-1 1)">
          <Chair cushion="room-plain" />
        </g>
      </g>
    </Scene>
  );
}

/** A letter on the table under the lamp, for pages that have mailed something. */
export function RoomWithLetter() {
  return (
    <Scene small>
      <Cone />
      <g class="room-line">
        <Lamp lit />
        <Plant />
        <Chair cushion="room-clay" />
        <path d="M352 282H508M372 282L362 370M488 282L498 370" />
        <path class="room-plain" d="M376 212H484V281H376Z" />
        <path d="M376 212L430 254L484 212" />
        <circle class="room-clay" cx="430" cy="254" r="8" />
      </g>
    </Scene>
  );
}

/** A door that stands open, for pages where a way has ended and another leads on. */
export function RoomWithDoor() {
  return (
    <Scene small>
      <Light />
      <path fill="url(#lamplight)" d="M330 92L434 60V370H330Z" />
      <g class="room-line">
        <path d="M246 370V60H434V370" />
        <path class="room-plain" d="M246 60L330 92V358L246 370Z" />
        <circle class="room-clay" cx="314" cy="232" r="6" />
        <g transform="translate(-64 0)">
          <Chair cushion="room-clay" />
        </g>
        <g transform="translate(462 0)">
          <Plant />
        </g>
      </g>
    </Scene>
  );
}

/** The mark: the same two chairs and the lamp, in seven strokes. */
export function Mark() {
  return <>{raw(drawings.mark)}</>;
}
