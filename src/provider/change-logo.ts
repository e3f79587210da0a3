import type { Context } from '../context.ts';
import { pictureToKeep } from './keep-picture.ts';
import { logoText } from './looks.ts';
import { updateLogo } from './store/logos.ts';

/**
 * Gives a provider a logo, or takes it away. Of the picture nothing is kept but what is seen.
 *
 * @param input.logo a PNG or a JPEG; null for none
 * @throws DomainError `bad-input` (field `logo`)
 */
export async function changeLogo(
  ctx: Context,
  input: { slug: string; logo: Uint8Array | null; actor: string; reason: string },
): Promise<{ kind: 'changed' | 'unknown' }> {
  const { slug, actor, reason } = input;
  const logo = input.logo && (await kept(input.logo));
  const changed = await updateLogo(ctx.db, slug, logo, {
    at: ctx.clock.now(),
    actor,
    verb: 'change-logo',
    subscriberId: null,
    subject: `provider:${slug}`,
    reason,
  });
  return { kind: changed ? 'changed' : 'unknown' };
}

async function kept(bytes: Uint8Array) {
  const { width, height, ...picture } = await pictureToKeep(bytes, 'logo');
  const text = logoText({ hash: picture.hash, width, height });
  return { text, kept: { hash: picture.hash, type: picture.type, body: picture.body } };
}
