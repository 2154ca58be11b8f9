import { readRetryAfter } from "@muster/rules/delivery";
import type { SyncRequest, SyncResponse } from "@muster/rules/wire";
import { LONGEST_RETRY_AFTER_MS, REQUEST_MS } from "../bounds.ts";
import type { Clock } from "../clock.ts";

/** What went wrong with a request. */
export type Failure =
  /** Nobody is to blame: tried again, not before `after` ms. */
  | { kind: "unreachable"; after: number }
  /** The answer is not one of the edge's. */
  | { kind: "bad-answer"; detail: unknown }
  /** The key is wrong or may not sync. */
  | { kind: "unauthorized"; detail: unknown }
  /** The request needs another token to be about its user. */
  | { kind: "unproven"; detail: unknown }
  /** The edge did not take the request's body. */
  | { kind: "refused"; detail: unknown };

/**
 * Posts to the edge, where `isLeaving` so that it outlives the page; never rejects. What an answer of status 200
 * holds is not looked at.
 */
export type Post = (
  request: SyncRequest,
  isLeaving: boolean,
  token?: string,
) => Promise<{ kind: "answer"; answer: SyncResponse } | Failure>;

const REFUSALS: readonly number[] = [400, 413, 422];

/** Where a client posts to, and with what. */
interface Destination {
  readonly endpoint: string;
  readonly key: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

export function createPost({ endpoint, key, fetch, clock }: Destination): Post {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/sync`;
  return async (request, isLeaving, token) => {
    let after = 0;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          ...(token && { "muster-identity": token }),
        },
        body: JSON.stringify(request),
        // The allowance for these is small: one that need not outlive the page leaves it alone.
        keepalive: isLeaving,
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const { status, headers } = response;
      if (status < 500 && status !== 429) {
        const body = await response.json().catch(() => undefined);
        if (status === 200) return { kind: "answer", answer: body };
        const detail: unknown = body?.detail;
        // Who does not say why is not the edge but a proxy or a network's log-in page.
        if (!detail) return { kind: "bad-answer", detail: status };
        if (String(body.code).startsWith("identity-")) return { kind: "unproven", detail };
        if (status === 401 || status === 403) return { kind: "unauthorized", detail };
        return { kind: REFUSALS.includes(status) ? "refused" : "bad-answer", detail };
      }
      after = readRetryAfter(headers.get("retry-after"), clock.now(), LONGEST_RETRY_AFTER_MS);
    } catch {}
    return { kind: "unreachable", after };
  };
}
