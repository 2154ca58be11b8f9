import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { link, type Ruleset } from "@muster/rules";
import { compileDecisions, type DecisionDefinitions } from "@muster/rules/decisions";
import {
  batchRequest,
  type DecideRequest,
  type DecideResponse,
  decideRequest,
  type EvaluateRequest,
  type EvaluateResponse,
  evaluateRequest,
  type Operation,
  operation,
} from "@muster/rules/wire";

/** How the peer misbehaves for one request: a status, a cut connection, or silence. */
export type Fault = { status: number; retryAfter?: string; body?: string } | "reset" | "silence";

export interface Call {
  method: string;
  path: string;
  body: unknown;
  headers: IncomingMessage["headers"];
}

/** An HTTP peer that speaks the wire and fails on demand, for what a healthy edge never shows. */
export class Peer {
  readonly calls: Call[] = [];
  readonly stored = new Map<string, Operation>();
  /** Taken one a request, before anything is done. */
  readonly faults: Fault[] = [];
  /** Paths that answer 503 for now. */
  readonly unavailable = new Set<string>();
  /** Answers in place of the ordinary ones, after the request has had its effect. */
  readonly faultsAfter: Fault[] = [];
  ruleset: Ruleset = { zone: "UTC", segments: {} };
  decisions: DecisionDefinitions = {};
  version = "1";
  evaluate: (request: EvaluateRequest) => EvaluateResponse["memberships"] = () => ({});
  decide: (request: DecideRequest) => DecideResponse["flags"] = () => ({});
  /** Who listens for changes, and has heard nothing yet. */
  readonly streams: ServerResponse[] = [];
  /** Answers to other paths. */
  readonly answers = new Map<string, unknown>();
  /** The most operations that a body may hold; more is refused whole. */
  most = 1_000;
  url = "";
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  count(path: string): number {
    return this.calls.filter((call) => call.path === path).length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const body: unknown = text === "" ? null : JSON.parse(text);
    const path = request.url ?? "";
    if (path === "/v1/changes") {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      this.streams.push(response);
      return;
    }
    this.calls.push({ method: request.method ?? "", path, body, headers: request.headers });
    if (fail(this.unavailable.has(path) ? { status: 503 } : this.faults.shift(), response)) return;
    const answer = this.#answer(path, body, request.headers["if-none-match"]);
    if (fail(this.faultsAfter.shift(), response)) return;
    const type = answer.status >= 400 ? "application/problem+json" : "application/json";
    response.writeHead(answer.status, { "content-type": type, etag: `"${this.version}"` });
    response.end(answer.body === null ? undefined : JSON.stringify(answer.body));
  }

  #answer(path: string, body: unknown, etag: string | undefined): { status: number; body: unknown } {
    if (path === "/v1/ruleset") {
      if (etag === `"${this.version}"`) return { status: 304, body: null };
      const { segments, table } = compileDecisions(this.decisions);
      const program = link({ ...this.ruleset, segments: { ...this.ruleset.segments, ...segments } });
      return { status: 200, body: { version: this.version, program, decisions: table } };
    }
    if (path === "/v1/evaluate") {
      const asked = evaluateRequest.parse(body);
      const memberships = this.evaluate(asked);
      return { status: 200, body: { now: Date.now(), version: this.version, known: true, memberships } };
    }
    if (path === "/v1/decide") {
      const flags = this.decide(decideRequest.parse(body));
      const answer = { now: Date.now(), version: this.version, known: true, flags, prompts: {} };
      return { status: 200, body: answer };
    }
    if (path === "/v1/batch") return this.#store(batchRequest.parse(body).ops);
    if (this.answers.has(path)) return { status: 200, body: this.answers.get(path) };
    return { status: 404, body: problem(404, "not-found", "there is no such path") };
  }

  #store(ops: readonly unknown[]): { status: number; body: unknown } {
    if (ops.length > this.most)
      return { status: 413, body: problem(413, "too-large", "the body is too large") };
    const acks = ops.map((op, index) => {
      const parsed = operation.safeParse(op);
      if (!parsed.success || ("name" in parsed.data && parsed.data.name === "refuse me")) {
        const reason = { code: "event-refused", path: `/ops/${index}/name`, detail: "refused by name" };
        return { index, id: null, status: "refused", problem: reason };
      }
      const { id } = parsed.data;
      const status = this.stored.has(id) ? "duplicate" : "stored";
      this.stored.set(id, parsed.data);
      return { index, id, status };
    });
    return { status: 200, body: { now: Date.now(), acks } };
  }
}

function fail(fault: Fault | undefined, response: ServerResponse): boolean {
  if (fault === undefined) return false;
  if (fault === "reset") response.socket?.resetAndDestroy();
  else if (fault !== "silence") {
    const headers = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
    response.writeHead(fault.status, headers).end(fault.body);
  }
  return true;
}

function problem(status: number, code: string, detail: string) {
  return { type: `urn:muster:problem:${code}`, title: code, status, code, detail };
}
