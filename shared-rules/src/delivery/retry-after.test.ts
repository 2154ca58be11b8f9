import { expect, test } from "vitest";
import { readRetryAfter } from "./retry-after.ts";

const NOW = Date.UTC(2026, 0, 1);
const MOST = 3_600_000;

test.each([
  [null, 0],
  ["", 0],
  ["0", 0],
  ["120", 120_000],
  [" 3 ", 3_000],
  ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
  ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ["Fri, 01 Jan 2027 00:00:00 GMT", MOST],
  ["soon", 0],
  ["-5", 0],
  ["3599", MOST - 1_000],
  ["3600", MOST],
  ["3601", MOST],
  ["1e400", MOST],
])("Retry-After: %s is %i ms", (header, ms) => expect(readRetryAfter(header, NOW, MOST)).toBe(ms));
