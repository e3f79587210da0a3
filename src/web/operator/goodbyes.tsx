import { listGoodbyes } from '../../subscriber/list-goodbyes.ts';
import { Empty, Opening } from '../ui/desk.tsx';
import { type C, consolePage } from './console.tsx';
import { timeOf } from './words.ts';

/** What learners said as they left, in their own words. */
export async function goodbyesPage(c: C) {
  const goodbyes = await listGoodbyes(c.var.ctx);
  return consolePage(
    c,
    { title: 'Goodbyes' },
    <>
      <Opening heading="Goodbyes">
        <p>What learners said as they left, in their own words, the latest first.</p>
      </Opening>
      {goodbyes.length === 0 ? (
        <Empty heading="Nobody has said why they left">
          <p>Whoever unsubscribes may leave a sentence. Most do not.</p>
        </Empty>
      ) : (
        <ul class="goodbyes">
          {goodbyes.map(({ subscriber, at, words }) => (
            <li key={`${subscriber} ${at}`}>
              <blockquote>
                <p dir="auto">{words}</p>
              </blockquote>
              <p class="aside">
                {timeOf(c, at)}, <a href={`/operator/people/${subscriber}`}>{subscriber}</a>
              </p>
            </li>
          ))}
        </ul>
      )}
    </>,
  );
}
