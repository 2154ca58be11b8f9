import { expect, test } from "vitest";
import { BOUNDS } from "./bounds.ts";
import { Edge } from "./edge.ts";
import { MusterError } from "./error.ts";
import { retry } from "./retry.ts";

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

test.each([
  [undefined, 0],
  ["7", 7_000],
  ["86400", BOUNDS.retryAfterMost],
])("an edge that asks with Retry-After: %s to wait is given %i ms", async (header, ms) => {
  const headers = header === undefined ? {} : { "retry-after": header };
  const fetch = async () => new Response("", { status: 503, headers });
  const edge = new Edge({ endpoint: "http://edge.test", key: "mst_sec_1", timeout: 1_000, fetch });
  await expect(edge.send({ path: "/" })).rejects.toMatchObject({ status: 503, retryAfter: ms });
});
