/**
 * MurmurHash3 x86 32-bit (Austin Appleby, public domain) of bytes, as an unsigned number.
 */
export function murmur3(bytes: Uint8Array, seed = 0): number {
  let hash = seed;
  const mix = (block: number) => {
    const k = Math.imul(block, 0xcc9e2d51);
    return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  };
  const whole = bytes.length & ~3;
  const byte = (index: number) => bytes[index] ?? 0;
  for (let i = 0; i < whole; i += 4) {
    hash ^= mix(byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (whole < bytes.length) hash ^= mix(byte(whole) | (byte(whole + 1) << 8) | (byte(whole + 2) << 16));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const encoder = new TextEncoder();

/** The hash of a text's UTF-8. */
export function hashText(text: string, seed?: number): number {
  return murmur3(encoder.encode(text), seed);
}

/** A user's place in 0 ≤ x < 100 under a seed (RULES.md §7). */
export function bucket(seed: string, id: string): number {
  return (hashText(`${seed}:${id}`) / 2 ** 32) * 100;
}
