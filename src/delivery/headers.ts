/**
 * The headers of one-click unsubscribing (RFC 8058): the link and its partner, always both.
 * Mailers show them as a button and POST to the link without a cookie.
 */
export function unsubscribeHeaders(unsubscribeUrl: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${unsubscribeUrl}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}
