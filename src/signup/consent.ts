/**
 * The version of the words below. It is stored with each signup, so that what a person agreed to
 * can be read later. Raise it in the same commit as any change of the words.
 */
export const WORDS_VERSION = '2026-11-a';

/** Versions that stood beside a form once. Forms on other sites may show an older one for a while. */
const EARLIER_VERSIONS: string[] = [];

/**
 * The version that a form says it showed. One that says nothing, or nothing known, is taken to have
 * shown today's: the page behind the link shows them again before anybody is enrolled.
 */
export function wordsShown(said: string | undefined): string {
  return said !== undefined && EARLIER_VERSIONS.includes(said) ? said : WORDS_VERSION;
}

/** What happens after the button, as it stands beside every form. */
export const NEXT_WORDS =
  'Next comes one email with a link. Nothing more follows until you press the button in it.';

/** The half of the consent words that says what is asked for. */
export const ASKED_WORDS =
  'You are asking for the eight lessons of In the Room by email, one a week. Every email has a link that ends them.';

/**
 * What a person agrees to by signing up, as it stands beside the form.
 *
 * @param providerName the continuing-education provider whose form it is, if it is one's
 */
export function consentWords(providerName?: string): string {
  return `${ASKED_WORDS} ${seenWords(providerName)}`;
}

/** The half of these words that says who learns of it. */
export function seenWords(providerName?: string): string {
  return providerName
    ? `${providerName} will see your name, your address, how many weeks you have received and whether you finished. Nothing you write.`
    : 'Your name and address are used for nothing else, and no organization is told that you take the course.';
}
