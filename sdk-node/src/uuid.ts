import { getRandomValues } from "node:crypto";

let lastMs = 0;
let counter = 0;

/**
 * A UUID of version 7 (RFC 9562 §5.7), in time order. Ids of one millisecond count up in `rand_a` (§6.2,
 * method 1), so that of two writes at the same instant the later call has the larger id.
 */
export function createId(now = Date.now()): string {
  const bytes = getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  if (now > lastMs) {
    lastMs = now;
    counter = view.getUint16(6) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  view.setUint16(0, Math.floor(lastMs / 2 ** 32));
  view.setUint32(2, lastMs % 2 ** 32);
  view.setUint16(6, 0x7000 | counter);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
