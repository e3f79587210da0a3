import type { LearnerModel } from './model.ts';

type Shared = LearnerModel['shares'][number];

/** What a provider gives for the course, and how far somebody has come with it; nothing where none gives anything. */
export function CreditSection({ model }: { model: LearnerModel }) {
  const { token, shares, weeks, readable, adopters } = model;
  const giving = shares.filter(
    ({ ended, hours, claim }) => (ended === null && hours !== null) || claim !== null,
  );
  if (giving.length === 0) {
    return (
      <>
        {adopters.map((adopter) => (
          <p class="control-link" key={adopter.slug}>
            {adopter.name} offers {givesOf(adopter)} for this course:{' '}
            <a href={`/learn/${token}/credit`}>share the course with it</a>
          </p>
        ))}
      </>
    );
  }
  const all = weeks.every(({ week }) => readable.includes(week));
  const [first] = giving;
  if (!all && first?.claim === null) {
    return (
      <>
        {giving.map((share) => (
          <p class="control-link" key={share.ref}>
            {share.provider} offers {givesOf(share)} for this course.{' '}
            <a href={`/credit/${share.slug}`}>What it takes</a>
          </p>
        ))}
      </>
    );
  }
  const called = giving.some(({ approvals }) => approvals) ? 'Credit' : 'A certificate';
  return (
    <section aria-labelledby="credit">
      <h2 id="credit">{called}</h2>
      {giving.map((share) => (
        <p key={share.ref}>
          {stateOf(share)} <a href={`/learn/${token}/credit`}>{LINKS[share.claim ?? 'none']}</a>
        </p>
      ))}
    </section>
  );
}

const LINKS = {
  none: 'What it takes',
  open: 'Go on',
  complete: 'Your way to the certificate',
  issued: 'Open it',
  refused: 'More about it',
} as const;

/** Said in numbers only where an approval stands behind them. */
function givesOf({ hours, approvals }: Pick<Shared, 'hours' | 'approvals'>): string {
  if (!approvals || hours === null) return 'a certificate of completion';
  return `${Number.isInteger(hours * 10) ? hours.toFixed(1) : hours.toFixed(2)} hours`;
}

function stateOf(share: Shared): string {
  const { provider, claim } = share;
  switch (claim) {
    case 'issued':
      return `Your certificate of ${provider} is here.`;
    case 'complete':
      return `You have completed the course. ${provider} looks at it now.`;
    case 'open':
      return `You are on the way to a certificate of ${provider}.`;
    case 'refused':
      return `${provider} gives you no certificate.`;
    default:
      return `You have been sent all eight lessons, and ${provider} offers ${givesOf(share)} for it: your name, a test with the lessons beside you, an evaluation.`;
  }
}
