import type { Context } from '../context.ts';
import { logoText } from './looks.ts';
import { damaged, pictureIn } from './picture.ts';
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
  const { type, width, height, body, packed } = pictureIn(bytes);
  if (packed && !(await unpacksTo(packed.data, packed.bytes))) throw damaged();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body as BufferSource));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const text = logoText({ hash, width, height });
  return { text, kept: { hash, type, body: btoa(String.fromCharCode(...body)) } };
}

/** Whether packed pixels are as many as they must be; no more of them are unpacked. */
async function unpacksTo(data: Uint8Array, bytes: number): Promise<boolean> {
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new Uint8Array(data));
      controller.close();
    },
  });
  const reader = packed.pipeThrough(new DecompressionStream('deflate')).getReader();
  try {
    let count = 0;
    while (count <= bytes) {
      const { done, value } = await reader.read();
      if (done) return count === bytes;
      count += value.byteLength;
    }
    await reader.cancel();
    return false;
  } catch {
    return false;
  }
}
