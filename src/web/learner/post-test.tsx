import { Hono } from 'hono';
import { dayInWords } from '../../credit/certificate.ts';
import { keptBy } from '../../credit/credit.ts';
import { handIn } from '../../credit/hand-in.ts';
import { openTry } from '../../credit/open-try.ts';
import {
  type Answers,
  type Asked,
  asked,
  blanks,
  explained,
  lessonOf,
  neededOf,
  PARTS,
  partOf,
} from '../../credit/post-test.ts';
import { type Test, testOn } from '../../credit/read-test.ts';
import { saveAnswers } from '../../credit/save-answers.ts';
import { DomainError } from '../../errors.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody, wantsJson } from '../middleware/form.ts';
import { Button, ButtonLink, FormError } from '../ui/fields.tsx';
import { type C, creditPath, nothing, page, shut, tokenOf, whenIn } from './credit-page.tsx';
import { deviceOf } from './link.ts';
import { draftsName } from './log-form.tsx';
import testScript from './test.js?url&no-inline';

/** What stands above every part, once. */
const OWN_WORDS = 'These answers must be your own.';

/** The post-test: eight parts of four, saved as they are answered, handed in by a press of its own. */
export const postTestRoutes = new Hono<App>()
  .get('/learn/:token/credit/test', async (c) => {
    const test = await testIn(c);
    return test instanceof Response ? test : frontPage(c, test);
  })
  .post('/learn/:token/credit/try', smallBody, async (c) => {
    const { go } = await readFields(c);
    const token = tokenOf(c);
    if (go !== 'yes') return c.redirect(creditPath(token, '/test'), 303);
    const opened = await openTry(c.var.ctx, token, deviceOf(c));
    switch (opened.kind) {
      case 'opened':
        return c.redirect(creditPath(token, '/test/1'), 303);
      case 'wait':
      case 'none-left':
      case 'passed':
        return c.redirect(creditPath(token, '/test'), 303);
      case 'not-yet':
        return c.redirect(creditPath(token), 303);
      case 'none':
        throw nothing();
      default:
        return shut(c, opened.kind);
    }
  })
  .get('/learn/:token/credit/test/hand-in', async (c) => {
    const test = await testIn(c);
    if (test instanceof Response) return test;
    return test.open ? handInPage(c, test) : c.redirect(creditPath(tokenOf(c), '/test'), 303);
  })
  .post('/learn/:token/credit/test', smallBody, async (c) => {
    const fields = await readFields(c);
    const token = tokenOf(c);
    const back = creditPath(token, '/test');
    if (fields.go !== 'yes') return c.redirect(back, 303);
    const handed = await handIn(c.var.ctx, token, deviceOf(c), numberIn(fields.try));
    switch (handed.kind) {
      case 'handed-in':
        return c.redirect(back, 303);
      case 'busy':
        throw new DomainError(
          'not-possible',
          'Answers were being saved from another window at this moment. Nothing was handed in. Please press the button again.',
        );
      case 'not-yet':
        return c.redirect(creditPath(token), 303);
      case 'none':
        throw nothing();
      default:
        return shut(c, handed.kind);
    }
  })
  .get(`/learn/:token/credit/test/:part{[1-${PARTS}]}`, async (c) => {
    const test = await testIn(c);
    if (test instanceof Response) return test;
    if (!test.open) return c.redirect(creditPath(tokenOf(c), '/test'), 303);
    return partPage(c, test, Number(c.req.param('part')));
  })
  .post('/learn/:token/credit/test/:part{[0-9]}', smallBody, async (c) => {
    const fields = await readFields(c);
    const token = tokenOf(c);
    const part = Number(c.req.param('part'));
    const places = Object.fromEntries(
      Object.entries(fields).flatMap(([name, place]) =>
        name.startsWith('q-') ? [[name.slice(2), place]] : [],
      ),
    );
    const input = { number: numberIn(fields.try), part, places };
    const saved = await saveAnswers(c.var.ctx, token, deviceOf(c), input);
    switch (saved.kind) {
      case 'saved':
        if (wantsJson(c)) return c.json({ saved: true });
        return c.redirect(after(token, part, fields.onward), 303);
      case 'over':
        if (wantsJson(c)) throw new DomainError('not-possible', OVER);
        return c.redirect(creditPath(token, '/test'), 303);
      case 'refused': {
        const test = wantsJson(c) ? null : await testIn(c);
        if (test === null || part > PARTS) throw new DomainError('bad-input', REFUSED, 'q');
        return test instanceof Response ? test : partPage(c, test, part, places);
      }
      case 'not-yet':
        return c.redirect(creditPath(token), 303);
      case 'none':
        throw nothing();
      default:
        return shut(c, saved.kind);
    }
  });

const OVER = 'This try is over, so nothing more is saved in it.';
const REFUSED =
  'One of these answers is none of those that were offered. Nothing was changed. Please choose again.';

const numberIn = (text = '') => (/^\d{1,4}$/.test(text) ? Number(text) : 0);

function after(token: string, part: number, onward: string | undefined): string {
  if (onward === 'no') return `${creditPath(token)}`;
  return creditPath(token, part < PARTS ? `/test/${part + 1}` : '/test/hand-in');
}

/** The test that a page is about, or what is answered instead. @throws DomainError `bad-link`, `not-found` */
async function testIn(c: C): Promise<Test | Response> {
  const token = tokenOf(c);
  const test = await testOn(c.var.ctx, token, deviceOf(c));
  if (test.kind === 'test') return test;
  if (test.kind === 'none') throw nothing();
  if (test.kind === 'not-yet') return c.redirect(creditPath(token), 303);
  return shut(c, test.kind);
}

const PASSED = 'You have passed the test';
const AGAIN = 'Not passed yet';

/** Where somebody stands: not begun, under way, passed, or to read again. */
function frontPage(c: C, test: Test): Response | Promise<Response> {
  const token = tokenOf(c);
  const { standing, last, provider, adoption, edition, open } = test;
  const titleOf = (lesson: number) =>
    edition.texts.find((text) => text.lesson === lesson)?.title ?? '';
  if (standing.kind === 'passed') {
    const passed = test.tries.find((each) => each.number === standing.number);
    return page(c, {
      title: PASSED,
      label: 'The test',
      children: (
        <>
          <p class="lead">
            {passed?.right} of {edition.items.length} right; {passed?.needed} were needed.
          </p>
          <p class="actions">
            <ButtonLink href={creditPath(token)}>Go on to the certificate</ButtonLink>
          </p>
          <Explained test={test} answers={passed?.answers ?? null} titleOf={titleOf} />
        </>
      ),
    });
  }
  const left = standing.kind === 'none-left' || standing.kind === 'wait' || last !== null;
  return page(c, {
    title: open ? 'The test, under way' : left ? AGAIN : 'The test',
    label: provider.name,
    scripts: open ? [testScript] : [],
    ...(open ? { drafts: draftsName(test.learner.subscriberId) } : {}),
    children: (
      <>
        {last && !open && <Failed {...{ token, test, titleOf }} />}
        {open && (
          <>
            <p class="lead">
              {answeredOf(test)} of {edition.items.length} answered. What you have chosen is kept.
            </p>
            <Parts token={token} test={test} />
            <p class="actions">
              <ButtonLink href={creditPath(token, `/test/${firstOpenPart(test)}`)}>
                Go on
              </ButtonLink>{' '}
              <ButtonLink href={creditPath(token, '/test/hand-in')} quiet>
                Hand in
              </ButtonLink>
            </p>
          </>
        )}
        {!last && !open && (
          <p class="lead">
            {edition.items.length} questions, four on each lesson.{' '}
            {neededOf(adoption.body.passMark, edition.items.length)} right answers are enough.{' '}
            {OWN_WORDS}
          </p>
        )}
        <Over test={test} now={c.var.ctx.clock.now()} />
        {standing.kind === 'may-open' && (
          <form class="actions" method="post" action={creditPath(token, '/try')}>
            <Button name="go" value="yes">
              {last ? 'Try again' : 'Begin'}
            </Button>
          </form>
        )}
        {standing.kind === 'wait' && (
          <p>
            The next try opens on {whenIn(test.claim.zone, standing.until)}. Read the lessons above
            once more meanwhile.
          </p>
        )}
        {standing.kind === 'none-left' && (
          <p>
            No try is left. {provider.name} can open another: write to{' '}
            <a href={`mailto:${adoption.body.contact.email}`}>{adoption.body.contact.email}</a>.
          </p>
        )}
        <p class="second">
          It is open book: have the lessons beside you. There is no clock, you may leave and come
          back, and each answer is kept as you choose it. If something about it keeps you from
          taking it, {provider.name} helps: {adoption.body.accommodation}
        </p>
        <p>
          <a href={creditPath(token)}>Your way to the certificate</a>
        </p>
      </>
    ),
  });
}

/** Said where the last day has passed: what is begun may be finished, and nothing follows from it. */
function Over({ test, now }: { test: Test; now: number }) {
  const kept = keptBy(test.claim, test.adoption.body, test, now);
  if (kept?.kind !== 'over') return null;
  return (
    <p>
      {test.provider.name} gave certificates under these terms until {dayInWords(kept.until)}. You
      may finish the test, and a pass stays a pass; a certificate comes of it only if{' '}
      {test.provider.name} goes on.
    </p>
  );
}

/** What the names begin with under which the script keeps what could not be saved in this try. */
const draftOf = ({ learner, claim, open }: Test) =>
  `${draftsName(learner.subscriberId)}test-${claim.id.toString(36)}-${open?.number ?? 0}-`;

const answeredOf = ({ edition, open, adoption }: Test) =>
  edition.items.length - blanks(edition.items, open?.answers ?? {}, adoption.struck).length;

function firstOpenPart({ edition, open, adoption }: Test): number {
  const [first] = blanks(edition.items, open?.answers ?? {}, adoption.struck);
  return first === undefined ? PARTS : lessonOf(first);
}

function Failed(props: { token: string; test: Test; titleOf: (lesson: number) => string }) {
  const { token, test, titleOf } = props;
  const { last, edition, readAgain } = test;
  return (
    <>
      <p class="lead">
        {last?.right} of {edition.items.length} right; {last?.needed} are needed.
      </p>
      <h2>Lessons to read again</h2>
      <ul>
        {readAgain.map((lesson) => (
          <li key={lesson}>
            <a href={`/learn/${token}/lessons/${lesson}`}>
              Lesson {lesson}: {titleOf(lesson)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** An option’s words with a full stop, which most have. */
const sentence = (words: string) => (/[.?”]$/.test(words) ? words : `${words}.`);

/** Every item of the passed try: what was chosen, what is right, and why. */
function Explained(props: {
  test: Test;
  /** Null once they are only counted. */
  answers: Answers | null;
  titleOf: (lesson: number) => string;
}) {
  const { test, answers, titleOf } = props;
  const all = explained(test.edition.items, answers ?? {}, test.adoption.struck);
  return (
    <>
      {Array.from({ length: PARTS }, (_, at) => at + 1).map((lesson) => (
        <section key={lesson} aria-labelledby={`why-${lesson}`}>
          <h2 id={`why-${lesson}`}>
            Lesson {lesson}: {titleOf(lesson)}
          </h2>
          {all
            .filter(({ id }) => lessonOf(id) === lesson)
            .map((item) => (
              <div class="explained" key={item.id}>
                <h3>{item.question}</h3>
                <p>
                  {answers !== null && (
                    <>
                      {item.chosen === null
                        ? 'You left it blank.'
                        : `You chose: ${sentence(item.chosen)}`}{' '}
                    </>
                  )}
                  {item.isStruck
                    ? 'This question was struck: it counts as right for everybody.'
                    : item.isRight
                      ? 'That is right.'
                      : `Right is: ${sentence(item.right)}`}
                </p>
                <p>{item.rationale}</p>
              </div>
            ))}
        </section>
      ))}
    </>
  );
}

/** The way to each part, with how many of its four are answered. */
function Parts({ token, test, here }: { token: string; test: Test; here?: number }) {
  const { edition, open, adoption } = test;
  const blank = blanks(edition.items, open?.answers ?? {}, adoption.struck);
  return (
    <nav aria-label="Parts of the test" data-waiting={draftOf(test)}>
      <ol class="parts">
        {Array.from({ length: PARTS }, (_, at) => at + 1).map((part) => {
          const of = partOf(edition.items, part).length;
          const done = of - blank.filter((id) => lessonOf(id) === part).length;
          return (
            <li key={part}>
              <a
                class={done === of ? 'part-full' : undefined}
                href={creditPath(token, `/test/${part}`)}
                aria-current={part === here ? 'page' : undefined}
              >
                <span class="unseen">Part </span>
                {part}
                <span class="unseen">, answered: </span>
                <small>
                  {done}/{of}
                </small>
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** @param refused what was chosen, of which something cannot be: it stands there as far as it can */
async function partPage(
  c: C,
  test: Test,
  part: number,
  refused?: Record<string, string>,
): Promise<Response> {
  const token = tokenOf(c);
  const { open, claim, edition, learner } = test;
  const number = open?.number ?? 0;
  const items = partOf(edition.items, part);
  const answers = open?.answers ?? {};
  const kept = await asked(items, { seed: claim.seed, number }, answers);
  const shown = kept.map((item) => {
    const place = Number(refused?.[item.id] ?? Number.NaN);
    return place in item.options ? { ...item, chosen: place } : item;
  });
  const title = edition.texts.find(({ lesson }) => lesson === part)?.title ?? '';
  const drafts = draftsName(learner.subscriberId);
  return page(c, {
    title: `${refused ? 'Error: part' : 'Part'} ${part}: ${title}`,
    status: refused ? statusOf('bad-input') : 200,
    label: `The test, part ${part} of ${PARTS}`,
    heading: title,
    scripts: [testScript],
    drafts,
    children: (
      <>
        <p class="second">
          {OWN_WORDS} <a href={`/learn/${token}/lessons/${part}`}>Lesson {part}</a> may lie open
          beside you.
        </p>
        {refused && <FormError message={REFUSED} />}
        <Parts token={token} test={test} here={part} />
        <form
          class="form test-form"
          method="post"
          action={creditPath(token, `/test/${part}`)}
          data-test={`${draftOf(test)}${part}`}
        >
          <input type="hidden" name="try" value={String(number)} />
          {shown.map((item) => (
            <ItemField key={item.id} item={item} />
          ))}
          <p class="test-status" role="status"></p>
          <div class="test-foot">
            <Button name="onward" value="yes">
              {part < PARTS ? `Save, and go on to part ${part + 1}` : 'Save, and look at it all'}
            </Button>
            <Button name="onward" value="no" quiet>
              Save and leave
            </Button>
          </div>
        </form>
      </>
    ),
  });
}

function ItemField({ item: { id, question, options, chosen } }: { item: Asked }) {
  return (
    <fieldset class="item">
      <legend>{question}</legend>
      {options.map((text, place) => (
        <div class="option" key={text}>
          <input
            type="radio"
            id={`q-${id}-${place}`}
            name={`q-${id}`}
            value={String(place)}
            checked={place === chosen}
          />
          <label for={`q-${id}-${place}`}>{text}</label>
        </div>
      ))}
    </fieldset>
  );
}

function handInPage(c: C, test: Test): Response | Promise<Response> {
  const token = tokenOf(c);
  const { edition, open, adoption, learner } = test;
  const blank = blanks(edition.items, open?.answers ?? {}, adoption.struck);
  const parts = [...new Set(blank.map(lessonOf))];
  const count = (part: number) => blank.filter((id) => lessonOf(id) === part).length;
  const { tries } = adoption.body;
  return page(c, {
    title: 'Hand in the test?',
    label: 'The test',
    scripts: [testScript],
    drafts: draftsName(learner.subscriberId),
    children: (
      <>
        {blank.length > 0 ? (
          <>
            <FormError
              message={`${blank.length} of ${edition.items.length} are blank. A blank counts as wrong.`}
            />
            <ul>
              {parts.map((part) => (
                <li key={part}>
                  <a href={creditPath(token, `/test/${part}`)}>
                    Part {part}: {count(part)} blank
                  </a>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <p class="lead">All {edition.items.length} are answered.</p>
        )}
        <p>
          {tries === null
            ? 'After this nothing in this try can be changed. You may take another.'
            : `After this nothing in this try can be changed. It is number ${open?.number} of ${tries + test.claim.moreTries}.`}
        </p>
        <form
          class="form"
          method="post"
          action={creditPath(token, '/test')}
          data-hand-in
          data-waiting={draftOf(test)}
        >
          <input type="hidden" name="try" value={String(open?.number ?? 0)} />
          <p class="test-status" role="status"></p>
          <div class="test-foot">
            <Button name="go" value="yes">
              Hand in
            </Button>
            <ButtonLink href={creditPath(token, `/test/${firstOpenPart(test)}`)} quiet>
              Look at it again
            </ButtonLink>
          </div>
        </form>
      </>
    ),
  });
}
