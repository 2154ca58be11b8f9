/**
 * MurmurHash3_x86_32, written from Austin Appleby's description of it for these vectors alone, in the arithmetic of
 * BigInt, so that it shares nothing with the product's.
 */
const MASK = 0xffff_ffffn;

const multiply = (a: bigint, b: bigint) => (a * b) & MASK;
const rotate = (a: bigint, by: bigint) => ((a << by) | (a >> (32n - by))) & MASK;
const scramble = (k: bigint) => multiply(rotate(multiply(k, 0xcc9e_2d51n), 15n), 0x1b87_3593n);

/** The hash of a text's UTF-8, as an unsigned number. */
export function murmur3(text: string, seed = 0): number {
  const bytes = [...Buffer.from(text, "utf8")].map(BigInt);
  let hash = BigInt(seed);
  const rest = bytes.length % 4;
  const blocks = bytes.length - rest;
  const read = (from: number, to: number) =>
    bytes.slice(from, to).reduceRight((block, byte) => (block << 8n) | byte, 0n);
  for (let at = 0; at < blocks; at += 4) {
    hash ^= scramble(read(at, at + 4));
    hash = (multiply(rotate(hash, 13n), 5n) + 0xe654_6b64n) & MASK;
  }
  if (rest > 0) hash ^= scramble(read(blocks, bytes.length));
  hash ^= BigInt(bytes.length);
  hash = multiply(hash ^ (hash >> 16n), 0x85eb_ca6bn);
  hash = multiply(hash ^ (hash >> 13n), 0xc2b2_ae35n);
  return Number(hash ^ (hash >> 16n));
}
