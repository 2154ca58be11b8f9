import { readRetryAfter } from "@muster/rules/delivery";
import { problemDocument } from "@muster/rules/wire";
import { BOUNDS } from "./bounds.ts";
import { MusterError } from "./error.ts";

/** What parses an answer: a zod schema, or anything with the same method. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

export interface EdgeRequest {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From `/v1` on, with its query. */
  path: string;
  /** JSON text. */
  body?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export interface EdgeOptions {
  endpoint: string;
  key: string;
  /** ms for one request, its answer included. */
  timeout: number;
  fetch?: typeof fetch;
}

export interface EdgeAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** The edge over HTTP: one method to send, one that also checks the answer's shape. */
export class Edge {
  readonly #options: EdgeOptions;

  constructor(options: EdgeOptions) {
    this.#options = options;
  }

  /** Sends one request; 2xx and 304 are answers. Rejects with a MusterError otherwise. */
  async send(request: EdgeRequest): Promise<EdgeAnswer> {
    const { endpoint, key, timeout } = this.#options;
    const url = `${endpoint.replace(/\/+$/, "")}${request.path}`;
    const expired = AbortSignal.timeout(timeout);
    let response: Response;
    let text: string;
    try {
      response = await (this.#options.fetch ?? fetch)(url, {
        method: request.method ?? "GET",
        headers: {
          authorization: `Bearer ${key}`,
          accept: "application/json, application/problem+json",
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...request.headers,
        },
        body: request.body ?? null,
        redirect: "error",
        signal: request.signal === undefined ? expired : AbortSignal.any([expired, request.signal]),
      });
      text = await response.text();
    } catch (thrown) {
      throw failure(thrown, url, timeout, expired, request.signal);
    }
    if (!response.ok && response.status !== 304) throw refusal(response, text, url);
    return { status: response.status, headers: response.headers, body: parse(text, url, response.status) };
  }

  /** Sends one request and checks its answer. Rejects with a MusterError. */
  async call<T>(schema: Schema<T>, request: EdgeRequest): Promise<T> {
    const answer = await this.send(request);
    return check(schema, answer.body, `${request.method ?? "GET"} ${request.path}`);
  }
}

/** The value as the schema says it, or a MusterError `bad-answer` with the path of what is wrong. */
export function check<T>(schema: Schema<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? []).map((part) => `/${String(part)}`).join("");
  throw new MusterError("bad-answer", `${what} answered with an unexpected shape: ${issue?.message}`, {
    path,
    retryable: true,
  });
}

function parse(text: string, url: string, status: number): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new MusterError("bad-answer", `${url} did not answer with JSON. Is it the address of an edge?`, {
      status,
      retryable: true,
    });
  }
}

function failure(thrown: unknown, url: string, timeout: number, expired: AbortSignal, signal?: AbortSignal) {
  const { reason } = signal ?? {};
  const late = expired.aborted || (reason instanceof Error && reason.name === "TimeoutError");
  if (signal?.aborted && !late)
    return new MusterError("aborted", `the request to ${url} was given up`, { cause: thrown });
  if (late) {
    return new MusterError("timeout", `${url} did not answer within ${timeout} ms`, {
      retryable: true,
      cause: thrown,
    });
  }
  return new MusterError("unreachable", `could not reach ${url}: ${reasonOf(thrown)}`, {
    retryable: true,
    cause: thrown,
  });
}

/** `fetch` says "fetch failed" and hides the reason in its cause. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return cause.message || code || cause.name;
}

const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429]);

function refusal(response: Response, text: string, url: string): MusterError {
  const { status } = response;
  const details = {
    status,
    retryable: RETRYABLE.has(status) || status >= 500,
    retryAfter: readRetryAfter(response.headers.get("retry-after"), Date.now(), BOUNDS.retryAfterMost),
  };
  try {
    const { code, detail, path } = problemDocument.parse(JSON.parse(text));
    return new MusterError(code, detail, { ...details, path });
  } catch {
    return new MusterError(`http-${status}`, `${url} answered ${status} without saying why`, details);
  }
}
