/**
 * The version of the words below. It is stored with each signup, so that what a person agreed to
 * can be read later. Raise it in the same commit as any change of the words.
 */
export const WORDS_VERSION = '2026-11-a';

/**
 * What a person agrees to by signing up, as it stands beside the form.
 *
 * @param providerName the continuing-education provider whose form it is, if it is one's
 */
export function consentWords(providerName?: string): string {
  const asked =
    'You are asking for the eight lessons of In the Room by email, one a week. Every email has a link that ends them.';
  const seen = providerName
    ? `${providerName} will see your name, your address, how many weeks you have received and whether you finished. Nothing you write.`
    : 'Your name and address are used for nothing else, and no organization is told that you take the course.';
  return `${asked} ${seen}`;
}
