/**
 * Bytes that no file system can compress or share, the same for the same seed.
 *
 * @module
 */

/** Marsaglia's xorshift with 32 bits; the seed must not be zero. */
export function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = (seed >>> 0) || 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}
