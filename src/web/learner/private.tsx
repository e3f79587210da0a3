import { AddressForm } from './address.tsx';
import { CloseForms, OpenForm } from './device.tsx';
import { EraseForm } from './erase.tsx';
import type { LearnerModel } from './model.ts';
import { NameForm } from './name.tsx';

/** Log, export, name, address and erasure: closed until this device was opened by mail. */
export function PrivateSection({ model }: { model: LearnerModel }) {
  const { token, depth, lockedUntil, section, wrong, shares } = model;
  return (
    <section class="way-out private" id="private" aria-labelledby="private-title">
      <h2 id="private-title">Private to you</h2>
      {depth === 'closed' && (
        <>
          <p>
            Lessons get forwarded, and that is welcome. So your practice log, your name and address,
            and everything we hold about you open on this device only after a link that we mail to
            you. It takes a minute, once.
          </p>
          <OpenForm token={token} label="Mail me the link" />
        </>
      )}
      {depth === 'locked' && (
        <p>
          Your address was changed. Until {lockedUntil} the earlier address can undo that, and so
          your log, the export, the address and erasure stay closed. Then they open again with
          everything in them.
        </p>
      )}
      {depth === 'open' && (
        <ul class="private-list">
          <li>
            <a href={`/learn/${token}/log`}>Your whole log, to read, print and download</a>.{' '}
            {model.logged.length === 0
              ? 'Nothing is written yet.'
              : `Written so far: ${model.logged.map((week) => `week ${week}`).join(', ')}.`}
          </li>
          <li>
            <a href={`/learn/${token}/export`}>Everything we hold about you</a>, to read or{' '}
            <a href={`/learn/${token}/export.json`}>as a file</a>
          </li>
        </ul>
      )}
      {depth !== 'closed' && (
        <NameForm model={model} open={section === 'private' && wrong?.field !== 'email'} />
      )}
      {depth === 'open' && (
        <>
          <AddressForm model={model} />
          <EraseForm token={token} certified={shares.some(({ claim }) => claim === 'issued')} />
        </>
      )}
      {depth !== 'closed' && <CloseForms token={token} />}
    </section>
  );
}
