/**
 * The version of the words below. It is stored with each signup, so that what a person agreed to
 * can be read later. Raise it in the same commit as any change of the words.
 */
export const WORDS_VERSION = '2026-11-b';

/** What stood beside forms before any dates were named, and that it can be ended. */
const UNDATED = '2026-11-a';

/** Versions that stood beside a form once. Forms on other sites may show an older one for a while. */
const EARLIER_VERSIONS: string[] = [UNDATED];

/** Versions that name dates, and say that the provider is told when it ends. */
const DATED_VERSIONS: readonly string[] = [WORDS_VERSION];

/**
 * The version that the page showed whose button was pressed. A page that names none, or none of ours,
 * was made before pages named any: it is held to the fewest things that were ever named.
 */
export function wordsAgreed(posted: string | undefined): string {
  const known = [WORDS_VERSION, ...EARLIER_VERSIONS];
  return known.find((version) => version === posted) ?? UNDATED;
}

/** Whether these words named when somebody began and finished. */
export const namesDates = (version: string): boolean => DATED_VERSIONS.includes(version);

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

/**
 * The half of these words that says who learns of it.
 *
 * @param version which words; today's unless an earlier agreement is shown again
 */
export function seenWords(providerName?: string, version: string = WORDS_VERSION): string {
  if (providerName && !namesDates(version)) {
    return `${providerName} will see your name, your address, how many weeks you have received and whether you finished. Nothing you write.`;
  }
  return providerName
    ? `${providerName} will see your name, your address, how many weeks you have received, and when you began and finished. Nothing you write. You can end that on your page at any time; ${providerName} is then told to delete it.`
    : 'Your name and address are used for nothing else, and no organization is told that you take the course.';
}
