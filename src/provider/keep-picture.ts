import { DomainError } from '../errors.ts';
import { damaged, pictureIn, type Use } from './picture.ts';

/** A picture as tables keep it, by its hash. */
export interface KeptPicture {
  /** SHA-256, hexadecimal. */
  hash: string;
  type: 'image/png' | 'image/jpeg';
  /** Base64. */
  body: string;
  width: number;
  height: number;
}

/**
 * Takes in a PNG or a JPEG of somebody's. Of it nothing is kept but what is seen. A signature goes onto paper:
 * nothing of it may be seen through.
 *
 * @throws DomainError `bad-input` (field as the use)
 */
export async function pictureToKeep(bytes: Uint8Array, use: Use): Promise<KeptPicture> {
  const { type, width, height, body, packed, clear } = pictureIn(bytes, use);
  if (packed && !(await unpacksTo(packed.data, packed.bytes))) throw damaged();
  if (use === 'signature' && clear) {
    const message = 'A signature is printed on white: save the picture without transparency.';
    throw new DomainError('bad-input', message, use);
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body as BufferSource));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { hash, type, body: btoa(String.fromCharCode(...body)), width, height };
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
