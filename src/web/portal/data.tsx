import type { Context as HonoContext } from 'hono';
import { DAY } from '../../clock.ts';
import { seenWords, WORDS_VERSION } from '../../signup/consent.ts';
import { UNCONFIRMED_LIFETIME } from '../../signup/forget-unconfirmed.ts';
import { Opening } from '../ui/desk.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

interface Part {
  heading: string;
  says: string[];
}

/** What a provider gets to see of learners and what follows from it: facts, for its own records and its lawyer. */
function partsOf(name: string, baseUrl: string): Part[] {
  return [
    {
      heading: 'What you see, and why',
      says: [
        `Of each learner who signed up through you and confirmed: their name, their address and how many of the eight weeks were sent. Where the words that they agreed to named dates, also when they began and when the eighth was sent. Nothing else of their course: no pauses, no goodbyes, no hours, nothing of what they open, read or write.`,
        `You see it because they agreed to it. What they agree to now is version ${WORDS_VERSION} of these words: “${seenWords(name)}”`,
        'Each signup keeps which version of the words the page showed, when, and on which of your pages.',
      ],
    },
    {
      heading: 'Where you give a certificate',
      says: [
        'Of somebody who goes on to a certificate of yours you also see, because they agreed to it there: their name and license as they write them, when each lesson was sent, the day on which they completed, their score and how many tries it took. Never their answers. What they say of the course you see only together with at least four others, and without their names.',
        'What a certificate says, and the record behind it, stays for as many years as you have agreed to, also where its holder ends what you see or is erased. For claims and certificates you answer yourself, as what you have adopted says, and whoever runs the course works on your behalf.',
      ],
    },
    {
      heading: 'Where it lies, and who processes it',
      says: [
        'In a database at Cloudflare, which runs the course’s programs, too. Mails go out through Resend. Both work for whoever runs this course, under their contracts, and nobody else gets learners’ data from it.',
        'Whoever runs the course decides what happens to it there and is the controller for it. For what you see and take along you are a controller of your own: neither works on the other’s behalf.',
      ],
    },
    {
      heading: 'How long',
      says: [
        `Signups that nobody confirms are forgotten after ${UNCONFIRMED_LIFETIME / DAY} days. What you see of a learner stays until they end it or are erased.`,
        'What your people do here is kept in the log, and where a browser has loaded your form for 90 days.',
      ],
    },
    {
      heading: 'When somebody ends it, or is erased',
      says: [
        'A learner can end what you see on their page, at any time and without you. Their course goes on, and they leave your roster at once. The same happens when they are erased, and when they begin the course again without you before they were sent all eight weeks.',
        'Your first page then says which number (ref) to delete from files that you have downloaded. After an erasure that number, and nothing else, is kept for a year.',
      ],
    },
    {
      heading: 'What is yours to do with a file',
      says: [
        'Keep it where only those can open it who need it, use it for what you told people, and delete it when that is done. Delete the lines that your first page names, in every copy.',
        'Somebody who asks you what you hold of them, or to delete it, is asking you: answer for your files. For what lies here, send them to their page of the course.',
      ],
    },
    {
      heading: 'Where the course says so itself',
      says: [
        `${baseUrl}/privacy is what learners read. This page is what we know, and no legal advice.`,
      ],
    },
  ];
}

/** What is seen of learners, where it lies, how long, and what a provider has to do. */
export function dataPage(c: C) {
  const { ctx, member } = c.var;
  const parts = partsOf(member.provider.name, ctx.settings.baseUrl);
  return portalPage(
    c,
    { title: 'Data' },
    <>
      <Opening heading="Data">
        <p>
          What you see of learners and why, where it lies, for how long, and what is yours to do.{' '}
          <a href={at(c, '/data/text')}>As a text file</a>
        </p>
      </Opening>
      {parts.map(({ heading, says }) => (
        <section key={heading}>
          <h2>{heading}</h2>
          {says.map((each) => (
            <p key={each}>{each}</p>
          ))}
        </section>
      ))}
    </>,
  );
}

/** The same as plain text, for a provider's records. */
export function dataText(c: C) {
  const { ctx, member } = c.var;
  const { name } = member.provider;
  const parts = partsOf(name, ctx.settings.baseUrl);
  const today = new Date(ctx.clock.now() * 1000).toISOString().slice(0, 10);
  const text = [
    `In the Room: data of learners, for ${name}, ${today}`,
    ...parts.map(({ heading, says }) => [heading, ...says].join('\n\n')),
  ].join('\n\n\n');
  return c.body(`${text}\n`, 200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Disposition': 'attachment; filename="in-the-room-data.txt"',
  });
}
