import { applyD1Migrations, createExecutionContext, reset, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { ALL_FEATURES, evaluate, load, type Rule, traitsOf } from "@muster/rules";
import { UserState } from "@muster/rules/state";
import type {
  BatchResponse,
  CreatedKey,
  CreateSegmentRequest,
  EvaluateResponse,
  KeyKind,
  MemberList,
  ProblemDocument,
  SyncRequest,
  SyncResponse,
} from "@muster/rules/wire";
import { createApp } from "../src/app.ts";
import { DefinitionsCache } from "../src/definitions/definitions.ts";
import type { Env } from "../src/env.ts";
import { refreshPopulation } from "../src/memberships/refresh.ts";
import { systemRuntime } from "../src/runtime.ts";
import { Listener } from "./listener.ts";

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

interface CallOptions {
  key?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is instead of the body's JSON. */
  raw?: BodyInit;
  cf?: Record<string, unknown>;
}

/** A fresh edge with its own clock, spoken to by HTTP requests only. */
export class TestEdge {
  now = Date.now();
  /** By how many ms the clock moves on each time that the edge reads it. */
  pace = 0;
  db: D1Database = env.DB;
  /** Stand over the Worker's own. */
  bindings: { [Name in keyof Env]?: Env[Name] | undefined } = {};
  readonly #runtime = { ...systemRuntime, now: () => (this.now += this.pace) };
  readonly #cache = new DefinitionsCache();
  readonly #app = createApp(this.#runtime, this.#cache);
  readonly #keys = new Map<KeyKind, string>();

  static async create(): Promise<TestEdge> {
    await reset();
    await applyD1Migrations(env.DB, env.MIGRATIONS);
    return new TestEdge();
  }

  /** One request; work that goes on after the answer is waited for. */
  async call<Body = ProblemDocument>(
    method: string,
    path: string,
    body?: unknown,
    { key = env.ADMIN_KEY, headers = {}, raw, cf }: CallOptions = {},
  ): Promise<Answer<Body>> {
    const request = new Request(`https://edge.test${path}`, {
      method,
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
      ...(raw !== undefined ? { body: raw } : body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(cf === undefined ? {} : { cf }),
    });
    const response = await this.#fetch(request);
    // An answer that does not end is not waited for.
    const isStream = response.headers.get("content-type") === "text/event-stream";
    const text = isStream ? "" : await response.text();
    if (isStream) await response.body?.cancel();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : JSON.parse(text),
    };
  }

  /** Listens at a path; what is refused is an answer without events. */
  async listen(path: string, { key = env.ADMIN_KEY, headers = {} }: CallOptions = {}): Promise<Listener> {
    const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
    const request = new Request(`https://edge.test${path}`, { headers: { ...authorization, ...headers } });
    return new Listener(await this.#fetch(request));
  }

  async #fetch(request: Request): Promise<Response> {
    const context = createExecutionContext();
    const bindings = { ...env, DB: this.db, ...this.bindings };
    const response = await this.#app.fetch(request, bindings, context);
    await waitOnExecutionContext(context);
    return response;
  }

  /** A key of this kind, made once. */
  async key(kind: KeyKind): Promise<string> {
    const known = this.#keys.get(kind);
    if (known !== undefined) return known;
    const { body } = await this.call<CreatedKey>("POST", "/v1/keys", { kind, name: kind });
    this.#keys.set(kind, body.key);
    return body.key;
  }

  /** Makes an active segment, dynamic if not said otherwise. */
  async segment(key: string, rule: Rule | null, more: Partial<CreateSegmentRequest> = {}): Promise<void> {
    const body = { key, name: key, status: "active", ...(rule === null ? {} : { rule }), ...more };
    const { status, body: answer } = await this.call("POST", "/v1/segments", body);
    if (status !== 201) throw new Error(JSON.stringify(answer));
  }

  /** Saves what a person writes of decisions: `flags/checkout`, `groups/pages`, `caps`. */
  async define<Saved = unknown>(path: string, definition: object): Promise<Saved> {
    const { status, body } = await this.call<Saved>("PUT", `/v1/${path}`, definition);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }

  async batch(...ops: unknown[]): Promise<string[]> {
    const { body } = await this.call<BatchResponse>(
      "POST",
      "/v1/batch",
      { ops },
      { key: await this.key("secret") },
    );
    return body.acks.map((ack) => ack.status);
  }

  async sync(
    request: Partial<Omit<SyncRequest, "ops">> & { anonymousId: string; ops?: unknown[] },
    cf?: Record<string, unknown>,
  ) {
    const options = { key: await this.key("publishable"), ...(cf === undefined ? {} : { cf }) };
    const { body } = await this.call<SyncResponse>("POST", "/v1/sync", { ops: [], ...request }, options);
    return body;
  }

  /** Of which segments a user is a member now. */
  async membersOf(user: { userId?: string; anonymousId?: string }): Promise<string[]> {
    const options = { key: await this.key("secret") };
    const { body } = await this.call<EvaluateResponse>("POST", "/v1/evaluate", user, options);
    return Object.entries(body.memberships)
      .filter(([, { member }]) => member)
      .map(([key]) => key);
  }

  /** The ids that the edge lists for a segment. */
  async listed(key: string): Promise<(string | null)[]> {
    const { body } = await this.call<MemberList>("GET", `/v1/segments/${key}/members`);
    return body.members.map((member) => member.userId ?? member.anonymousId).sort();
  }

  /** Entries and exits, each as segment, change and ms before now. */
  async logAt(): Promise<string[]> {
    const { results } = await env.DB.prepare(
      "select segment, change, at from membership_log order by id",
    ).all<{ segment: string; change: string; at: number }>();
    return results.map((row) => `${row.segment} ${row.change} ${row.at - this.now}`);
  }

  async log(): Promise<string[]> {
    const { results } = await env.DB.prepare(
      "select segment, change, cause from membership_log order by id",
    ).all<{ segment: string; change: string; cause: string }>();
    return results.map((row) => `${row.segment} ${row.change} ${row.cause}`);
  }

  runScheduled(): Promise<number> {
    return refreshPopulation({ db: this.db, runtime: this.#runtime, cache: this.#cache });
  }
}

/** More than a test takes: an edge's clock stands still from its beginning, and these are not to be in its future. */
const AGO = 60_000;

let serial = 0;

/** A track operation with an id of its own. */
export function track(owner: { userId?: string; anonymousId?: string }, name: string, more: object = {}) {
  return { type: "track", id: `e${++serial}`, ts: Date.now() - AGO, name, ...owner, ...more };
}

export function setTraits(owner: { userId?: string; anonymousId?: string }, set: object, more: object = {}) {
  return { type: "set", id: `s${++serial}`, ts: Date.now() - AGO, set, ...owner, ...more };
}

export function identify(anonymousId: string, userId: string, set: object = {}) {
  return { type: "identify", id: `i${++serial}`, ts: Date.now() - AGO, anonymousId, userId, set };
}

/** What a browser that got this answer says that it has. */
export function heldFrom({ ruleset, snapshot }: Pick<SyncResponse, "ruleset" | "snapshot">) {
  return { ruleset: ruleset?.version ?? null, cursor: snapshot?.cursor ?? null };
}

/** What a browser that knows nothing else comes to by an answer's definitions and snapshot (law 3). */
export function localMemberships({
  now,
  memberships,
  ruleset,
  snapshot,
  userId = null,
}: Pick<SyncResponse, "now" | "memberships" | "ruleset" | "snapshot"> & { userId?: string | null }) {
  if (ruleset === null || snapshot === null) throw new Error("the answer brings nothing to decide by");
  const plan = load(ruleset.program, ALL_FEATURES);
  const past = new UserState(plan, snapshot.state).of(plan);
  const answers = new Map(Object.entries(memberships));
  const user = { id: userId, traits: traitsOf(snapshot.traits), events: [], past, answers };
  return Object.fromEntries(evaluate(plan, user, now));
}

/** What comes between a caller and the database: it is told of each call, and may refuse it by throwing. */
interface Watcher {
  called(name: string): void;
  done(rows: { read: number; written: number }): void;
}

/** The same database, with a note of each call that reaches it, and of how many rows all have read and written. */
export function watchCalls(db: D1Database) {
  const seen = { calls: [] as string[], rows: 0, rowsRead: 0 };
  const watched = watch(db, {
    called: (name) => seen.calls.push(name),
    done({ read, written }) {
      seen.rows += written;
      seen.rowsRead += read;
    },
  });
  return Object.assign(seen, { db: watched });
}

/** The same database for so many calls; from then on it is gone. */
export function failAfter(db: D1Database, calls: number): D1Database {
  let left = calls;
  const called = () => {
    if (left-- <= 0) throw new Error("the Worker is gone");
  };
  return watch(db, { called, done: () => {} });
}

function watch(db: D1Database, watcher: Watcher): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const watchStatement = (statement: D1PreparedStatement): D1PreparedStatement => {
    const watched = new Proxy(statement, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== "function") return value;
        if (property === "bind") return (...values: unknown[]) => watchStatement(target.bind(...values));
        return (...values: unknown[]) => {
          watcher.called(String(property));
          return Reflect.apply(value, target, values);
        };
      },
    });
    originals.set(watched, statement);
    return watched;
  };
  return new Proxy(db, {
    get(target, property) {
      if (property === "prepare") return (query: string) => watchStatement(target.prepare(query));
      if (property !== "batch") throw new Error(`nobody watches ${String(property)}`);
      return async (batch: D1PreparedStatement[]) => {
        watcher.called("batch");
        const results = await target.batch(batch.map((statement) => originals.get(statement) ?? statement));
        const sum = (of: "rows_read" | "rows_written") =>
          results.reduce((rows, { meta }) => rows + meta[of], 0);
        watcher.done({ read: sum("rows_read"), written: sum("rows_written") });
        return results;
      };
    },
  });
}
