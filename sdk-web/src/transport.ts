import { readRetryAfter } from "@muster/rules/delivery";
import type { SyncRequest, SyncResponse } from "@muster/rules/wire";
import { LONGEST_RETRY_AFTER_MS, REQUEST_MS } from "./bounds.ts";

/** What went wrong with a request. */
export type Failure =
  /** Nobody is to blame: tried again, not before `after` ms. */
  | { kind: "unreachable"; after: number }
  /** Of `unauthorized` the key is wrong or may not sync, of `refused` the edge did not take the request's body, of
   * `bad-answer` the answer is not one of the edge's. */
  | { kind: Refusal | "bad-answer"; detail: unknown };

type Refusal = "unauthorized" | "refused";

/** Posts to the edge; never rejects. What an answer of status 200 holds is not looked at. */
export type Post = (request: SyncRequest) => Promise<{ kind: "answer"; answer: SyncResponse } | Failure>;

const REFUSALS = new Map<number, Refusal>([
  [400, "refused"],
  [401, "unauthorized"],
  [403, "unauthorized"],
  [413, "refused"],
  [422, "refused"],
]);

export function createPost(endpoint: string, key: string, send: typeof fetch, now: () => number): Post {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/sync`;
  return async (request) => {
    try {
      const response = await send(url, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(request),
        // A page that goes away may still send this; otherwise the small allowance for it is left alone.
        keepalive: globalThis.document?.hidden ?? false,
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const { status, headers } = response;
      if (status > 499 || status === 429) {
        const after = readRetryAfter(headers.get("retry-after"), now(), LONGEST_RETRY_AFTER_MS);
        return { kind: "unreachable", after };
      }
      const body = await response.json().catch(() => undefined);
      if (status === 200) return { kind: "answer", answer: body };
      const detail: unknown = body?.detail;
      // Who does not say why is not the edge but a proxy or a network's log-in page.
      return { kind: (detail && REFUSALS.get(status)) || "bad-answer", detail: detail ?? status };
    } catch {
      return { kind: "unreachable", after: 0 };
    }
  };
}
