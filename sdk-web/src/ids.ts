function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/**
 * Makes ids that sort by when they were made: 48 bits of time in ms, then 80 of randomness. Each takes a
 * millisecond of its own, so that those of one instant, or of a clock that went back, keep their order.
 */
export function createIds(now: () => number, fill: (bytes: Uint8Array<ArrayBuffer>) => void): () => string {
  let last = 0;
  return () => {
    last = Math.max(now(), last + 1);
    const bytes = new Uint8Array(10);
    fill(bytes);
    return bytes.reduce((id, byte) => id + hex(byte, 2), hex(last, 12));
  };
}
