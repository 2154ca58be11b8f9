const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/**
 * Makes ids that sort by when they were made, in hexadecimal: 48 bits of time in ms, 4 that count within one,
 * 72 of randomness that nobody can guess. Each is later than the one before, also when more are made than fit
 * into a millisecond or when the clock goes back. `now` gives whole ms since the epoch, `bytes` so many random ones.
 */
export function createIds(
  now: () => number,
  bytes: (length: number) => Uint8Array = (length) => crypto.getRandomValues(new Uint8Array(length)),
): () => string {
  let last = 0;
  return () => {
    last = Math.max(now() * 16, last + 1);
    return bytes(9).reduce((id, byte) => id + hex(byte, 2), hex(last, 13));
  };
}
