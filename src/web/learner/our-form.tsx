import type { Context as HonoContext } from 'hono';
import { type Fields, readFields, smallBody } from '../middleware/form.ts';

/** What stands in a form on our pages behind a link that mail programs post to, too (RFC 8058). */
const OUR_FORM = 'unsubscribe';

export const Mark = () => <input type="hidden" name="page" value={OUR_FORM} />;

/** True for our own form without its button: a scanner that runs scripts sends it so. */
export const isUnpressed = ({ page, go }: Fields) => page === OUR_FORM && go !== 'yes';

/** The fields of a form of ours; whatever else is sent, and however much, is no reason to fail. */
export async function fieldsOrNone(c: HonoContext): Promise<Fields> {
  let fields: Fields = {};
  try {
    await smallBody(c, async () => {
      fields = await readFields(c);
    });
  } catch {
    return {};
  }
  return fields;
}
