import { expect, test } from "vitest";
import { LONGEST_RETRY_AFTER_MS } from "./bounds.ts";
import { readRetryAfter } from "./transport.ts";

const NOW = Date.UTC(2026, 0, 1);

test.each([
  [null, 0],
  ["", 0],
  ["0", 0],
  ["120", 120_000],
  ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
  ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ["soon", 0],
  ["-5", 0],
  ["3599", LONGEST_RETRY_AFTER_MS - 1_000],
  ["3600", LONGEST_RETRY_AFTER_MS],
  ["3601", LONGEST_RETRY_AFTER_MS],
  ["1e400", LONGEST_RETRY_AFTER_MS],
])("Retry-After: %s is %i ms", (header, ms) => expect(readRetryAfter(header, NOW)).toBe(ms));
