import { expect, test } from "vitest";
import { BOUNDS } from "./bounds.ts";
import { readRetryAfter } from "./edge.ts";
import { MusterError } from "./error.ts";
import { backoff, retry } from "./retry.ts";

test("the pause doubles up to a bound, is spread over its whole length, and is never less than asked for", () => {
  const most = (attempt: number) => backoff(attempt, null, () => 1);
  expect([0, 1, 2].map(most)).toEqual([250, 500, 1_000]);
  expect(most(1_000)).toBe(BOUNDS.backoffMost);
  expect(backoff(5, null, () => 0)).toBe(0);
  expect(backoff(0, 2_000, () => 0.5)).toBe(2_125);
  expect(backoff(0, 1e12, () => 0)).toBe(BOUNDS.retryAfterMost);
});

test("Retry-After is seconds or a date", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(readRetryAfter("3", now)).toBe(3_000);
  expect(readRetryAfter("Thu, 01 Jan 2026 00:00:10 GMT", now)).toBe(10_000);
  expect(readRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  expect(readRetryAfter("soon", now)).toBeUndefined();
  expect(readRetryAfter(null, now)).toBeUndefined();
});

test("what cannot succeed is tried once, and patience ends what might", async () => {
  let attempts = 0;
  const failing = (retryable: boolean) => async () => {
    attempts++;
    throw new MusterError("no", "no", { retryable, retryAfter: 1_000 });
  };
  await expect(retry(failing(false), { patience: 1e9 })).rejects.toMatchObject({ code: "no" });
  await expect(retry(failing(true), { patience: 500 })).rejects.toMatchObject({ code: "no" });
  expect(attempts).toBe(2);
  await expect(retry(failing(true), { patience: 1e9, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "no",
  });
  const abort = new AbortController();
  const given = retry(failing(true), { patience: 1e9, signal: abort.signal });
  setImmediate(() => abort.abort());
  await expect(given).rejects.toMatchObject({ code: "aborted" });
});
