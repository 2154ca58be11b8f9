/**
 * MurmurHash3 x86 32-bit (Austin Appleby, public domain) of bytes, all or the first `length`, as an unsigned number.
 */
export function murmur3(bytes: Uint8Array, seed = 0, length = bytes.length): number {
  let hash = seed;
  const mix = (block: number) => {
    const k = Math.imul(block, 0xcc9e2d51);
    return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  };
  const whole = length & ~3;
  const byte = (index: number) => bytes[index] ?? 0;
  for (let i = 0; i < whole; i += 4) {
    hash ^= mix(byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (whole < length) {
    const rest = byte(whole) | (byte(whole + 1) << 8) | (byte(whole + 2) << 16);
    hash ^= mix(rest & (0xffffff >>> (8 * (whole + 3 - length))));
  }
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const encoder = new TextEncoder();
/** Where short texts become bytes: an array of their own costs more than the hash. */
const scratch = new Uint8Array(1_024);

/** The hash of a text's UTF-8. */
export function hashText(text: string, seed?: number): number {
  let length = 0;
  // Most texts are ASCII, whose units are its bytes; behind the end there is no unit.
  while (length < scratch.length && (scratch[length] = text.charCodeAt(length)) < 0x80) length++;
  return length === text.length ? murmur3(scratch, seed, length) : murmur3(encoder.encode(text), seed);
}

/** A user's place in 0 ≤ x < 100 under a seed (RULES.md §7). */
export function bucket(seed: string, id: string): number {
  return (hashText(`${seed}:${id}`) / 2 ** 32) * 100;
}
