import { Hono } from 'hono';
import type { Child } from 'hono/jsx';
import { evaluate } from '../../credit/evaluate.ts';
import { MAX_COMMENT, objectiveField, SCALE_WORDS, SCALES } from '../../credit/evaluation.ts';
import { claimOn, type Own } from '../../credit/own-claim.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';
import { Button, FormError, TextArea, TextField } from '../ui/fields.tsx';
import { type C, creditPath, nothing, page, shut, tokenOf } from './credit-page.tsx';
import { deviceOf } from './link.ts';

/** What the course was to somebody, without a name. */
export const evaluationRoutes = new Hono<App>()
  .get('/learn/:token/credit/evaluation', (c) => form(c))
  .post('/learn/:token/credit/evaluation', smallBody, async (c) => {
    const fields = await readFields(c);
    const token = tokenOf(c);
    if (fields.go !== 'yes' && fields.go !== 'skip') {
      return c.redirect(creditPath(token, '/evaluation'), 303);
    }
    const skips = fields.go === 'skip';
    const done = await evaluate(c.var.ctx, token, deviceOf(c), skips ? null : fields);
    switch (done.kind) {
      case 'kept':
        return c.redirect(`${creditPath(token)}?done=${skips ? 'skipped' : 'evaluated'}#done`, 303);
      case 'refused':
        return form(c, { fields: done.fields, typed: fields });
      case 'not-yet':
      case 'required':
        return c.redirect(creditPath(token), 303);
      case 'none':
        throw nothing();
      default:
        return shut(c, done.kind);
    }
  });

interface Wrong {
  fields: string[];
  typed: Fields;
}

async function form(c: C, wrong?: Wrong): Promise<Response> {
  const token = tokenOf(c);
  const found = await claimOn(c.var.ctx, token, deviceOf(c));
  if (found.kind === 'none') throw nothing();
  if (found.kind !== 'claim') return shut(c, found.kind);
  const { claim } = found;
  if (claim.passedAt === null || claim.evaluated !== 0 || claim.state !== 'open') {
    return c.redirect(creditPath(token), 303);
  }
  return page(c, {
    title: wrong ? 'Error: the evaluation' : 'The evaluation',
    heading: 'The evaluation',
    label: found.provider.name,
    status: wrong ? statusOf('bad-input') : 200,
    children: <EvaluationForm {...{ token, own: found, wrong }} />,
  });
}

function EvaluationForm({
  token,
  own,
  wrong,
}: {
  token: string;
  own: Own;
  wrong?: Wrong | undefined;
}) {
  const { adoption, provider, edition } = own;
  const { body } = adoption;
  const all = edition.texts.flatMap((text) => text.objectives);
  const typed = wrong?.typed ?? {};
  return (
    <>
      <p class="lead">
        Kept without your name. {provider.name} sees it together with at least four others.
      </p>
      <p class="second">
        Whoever runs the course could, for 30 days, compare backups of the database. Every question
        may be left out.
      </p>
      {wrong && (
        <FormError message="One of these answers could not be read. What you wrote stands below." />
      )}
      <form class="form test-form" method="post" action={creditPath(token, '/evaluation')}>
        <p>From 1, not at all, to 5, fully.</p>
        <h2>I can now</h2>
        {body.objectives.map((id) => (
          <ScaleField
            key={id}
            name={objectiveField(id)}
            typed={typed}
            legend={all.find((objective) => objective.id === id)?.text ?? id}
          />
        ))}
        <h2>The course</h2>
        {SCALES.map((scale) => (
          <ScaleField key={scale} name={scale} typed={typed} legend={SCALE_WORDS[scale]} />
        ))}
        <TextField
          name="hours"
          label="How many hours did reading and the test take?"
          hint="Such as 2.5"
          value={typed.hours ?? ''}
          error={
            wrong?.fields.includes('hours') ? 'Hours as a number up to 40, such as 2.5.' : undefined
          }
          optional
          inputmode="text"
          autocomplete="off"
          maxlength={6}
        />
        <RadioField
          name="accommodation"
          legend="If you needed something to be arranged for you"
          typed={typed}
          choices={[
            ['not-needed', 'I needed nothing'],
            ['met', 'It was arranged'],
            ['not-met', 'It was not arranged'],
          ]}
        />
        <TextArea
          name="comment"
          label="What to change"
          hint="Name nobody, not yourself either."
          value={typed.comment ?? ''}
          error={
            wrong?.fields.includes('comment')
              ? `Up to ${MAX_COMMENT.toLocaleString('en-US')} characters, please.`
              : undefined
          }
          optional
          rows={5}
          maxlength={MAX_COMMENT}
        />
        <div class="test-foot">
          <Button name="go" value="yes">
            Send it without my name
          </Button>
          {body.evaluation === 'invited' && (
            <Button name="go" value="skip" quiet>
              Skip it
            </Button>
          )}
        </div>
      </form>
    </>
  );
}

const ENDS: Record<string, string> = { 1: ', not at all', 5: ', fully' };

function ScaleField({ name, legend, typed }: { name: string; legend: Child; typed: Fields }) {
  const choices = ['1', '2', '3', '4', '5'].map((score) => {
    const end = ENDS[score];
    return [score, end ? withEnd(score, end) : score] as const;
  });
  return <RadioField {...{ name, legend, typed, choices }} />;
}

const withEnd = (score: string, end: string) => (
  <>
    {score}
    <span class="unseen">{end}</span>
  </>
);

interface RadioFieldProps {
  name: string;
  legend: Child;
  typed: Fields;
  choices: readonly (readonly [string, Child])[];
}

/** One of a few, or no answer, which is chosen at first. */
function RadioField({ name, legend, typed, choices }: RadioFieldProps) {
  return (
    <fieldset class="item">
      <legend>{legend}</legend>
      <div class="scale">
        {[...choices, ['', 'No answer'] as const].map(([value, label]) => (
          <div class="option" key={value}>
            <input
              type="radio"
              id={`${name}-${value || 'none'}`}
              name={name}
              value={value}
              checked={(typed[name] ?? '') === value}
            />
            <label for={`${name}-${value || 'none'}`}>{label}</label>
          </div>
        ))}
      </div>
    </fieldset>
  );
}
