/** What is told to programs of a course as its provider adopted it: the same for everybody who completed it. */

/** One spelling of a text, and nothing in it that is written in more than one way. */
export const plain = (text: string) =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ');

export interface AchievementInput {
  /** Its own address. */
  id: string;
  title: string;
  format: string;
  /** Right answers that are needed, of how many. */
  needed: number;
  of: number;
  sample: boolean;
}

/** The achievement inside a badge, and at its own address (Open Badges 3.0.3, Achievement). */
export function achievementOf({ id, title, format, needed, of, sample }: AchievementInput) {
  const made = sample ? 'SAMPLE: made where course time can be moved. It certifies nothing. ' : '';
  return {
    id,
    type: ['Achievement'],
    achievementType: 'CertificateOfCompletion',
    name: plain(title),
    description: plain(`${made}The course “${title}”: ${format}.`),
    criteria: {
      id: `${id}#criteria`,
      narrative: `All eight lessons were sent, at least ${needed} of ${of} questions of a post-test were answered right, and its holder attested to both.`,
    },
  };
}
