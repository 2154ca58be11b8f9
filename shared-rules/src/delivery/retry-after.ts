/**
 * Ms that a `Retry-After` header asks to wait (RFC 9110, §10.2.3: seconds or a date), at most `most`; 0 where it
 * asks for nothing. `now` is in ms since the epoch.
 */
export function readRetryAfter(header: string | null, now: number, most: number): number {
  const seconds = Number(header);
  const ms = header && Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return Math.max(0, Math.min(ms, most)) || 0;
}
