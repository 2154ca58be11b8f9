import { readRetryAfter } from "@muster/rules/delivery";
import type { SyncRequest, SyncResponse } from "@muster/rules/wire";
import { LONGEST_RETRY_AFTER_MS, REQUEST_MS } from "./bounds.ts";

/** What went wrong with a request. */
export type Failure =
  /** Nobody is to blame: tried again, not before `after` ms. */
  | { kind: "unreachable"; after: number }
  /** The answer is not one of the edge's. */
  | { kind: "bad-answer"; detail: unknown }
  /** The key is wrong or may not sync. */
  | { kind: "unauthorized"; detail: unknown }
  /** The edge did not take the request's body. */
  | { kind: "refused"; detail: unknown };

/** Posts to the edge; never rejects. What an answer of status 200 holds is not looked at. */
export type Post = (request: SyncRequest) => Promise<{ kind: "answer"; answer: SyncResponse } | Failure>;

const REFUSALS: readonly number[] = [400, 413, 422];

export function createPost(endpoint: string, key: string, send: typeof fetch, now: () => number): Post {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/sync`;
  return async (request) => {
    let after = 0;
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
      if (status < 500 && status !== 429) {
        const body = await response.json().catch(() => undefined);
        if (status === 200) return { kind: "answer", answer: body };
        const detail: unknown = body?.detail;
        // Who does not say why is not the edge but a proxy or a network's log-in page.
        if (!detail) return { kind: "bad-answer", detail: status };
        if (status === 401 || status === 403) return { kind: "unauthorized", detail };
        return { kind: REFUSALS.includes(status) ? "refused" : "bad-answer", detail };
      }
      after = readRetryAfter(headers.get("retry-after"), now(), LONGEST_RETRY_AFTER_MS);
    } catch {}
    return { kind: "unreachable", after };
  };
}
