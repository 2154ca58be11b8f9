import type { Overrides } from "@muster/rules/decide";
import { overrides as overridesSchema } from "@muster/rules/wire";
import { BOUNDS } from "./bounds.ts";
import { MusterError } from "./error.ts";

export interface ClientOptions {
  /** A secret key (`mst_sec_…`). Keep it on servers. */
  key: string;
  /** Address of the edge, such as `https://muster.example.com`. */
  endpoint: string;
  /** ms between two looks at the definitions (30,000); `false`: no definitions, the edge decides everything. */
  refresh?: number | false;
  /** The longest that an answer of the edge is reused, ms (5,000). */
  maxAge?: number;
  /** ms for one request, and for one decision to wait for the edge (3,000). */
  timeout?: number;
  /** Operations that may wait to be sent (10,000); when they are that many, new ones are dropped and reported. */
  queue?: number;
  /** Preview and tests: stands over the definitions in this client alone, and exposes nobody. */
  overrides?: Overrides;
  /** Told of everything that went wrong. Left out: a process warning, one for each code. */
  onError?: (error: MusterError) => void;
  /** In place of the global `fetch`. Changes of definitions are then not pushed: it is asked every `refresh` ms. */
  fetch?: typeof fetch;
}

export type CheckedOptions = Required<Omit<ClientOptions, "fetch">> & Pick<ClientOptions, "fetch">;

/** The options with their defaults. Throws a MusterError `bad-option` that names the bad one. */
export function checkOptions(options: ClientOptions): CheckedOptions {
  const {
    key,
    endpoint,
    refresh = 30_000,
    maxAge = 5_000,
    timeout = 3_000,
    queue = 10_000,
    overrides = {},
    ...rest
  } = options;
  if (refresh !== false) atLeast("refresh", refresh, BOUNDS.refreshLeast);
  atLeast("maxAge", maxAge, 0);
  atLeast("timeout", timeout, 1);
  atLeast("queue", queue, 1);
  checkOverrides(overrides);
  return {
    onError: warnOncePerCode(),
    ...rest,
    key: readKey(key),
    endpoint: readEndpoint(endpoint),
    refresh,
    maxAge,
    timeout,
    queue,
    overrides,
  };
}

/** A file that holds a secret ends in a line break more often than not. */
function readKey(given: unknown): string {
  const key = typeof given === "string" ? given.trim() : "";
  if (key.startsWith("mst_pub_"))
    throw bad("key", "a publishable key is for browsers; a server needs mst_sec_…");
  // What no header can hold would make each request throw.
  if (!/^[!-~]+$/.test(key)) throw bad("key", "a secret key (mst_sec_…) is needed");
  return key;
}

function readEndpoint(given: unknown): string {
  const endpoint = typeof given === "string" ? given.trim() : "";
  if (!isEndpoint(endpoint))
    throw bad("endpoint", "the edge's address is needed, such as https://muster.example.com");
  return endpoint;
}

/** Whether an edge can be there: an http or https URL. */
export function isEndpoint(endpoint: unknown): boolean {
  const url = typeof endpoint === "string" && URL.canParse(endpoint) ? new URL(endpoint) : null;
  return url?.protocol === "https:" || url?.protocol === "http:";
}

function checkOverrides(overrides: unknown): void {
  const issue = overridesSchema.safeParse(overrides).error?.issues[0];
  if (issue !== undefined) throw bad(["overrides", ...issue.path].join("/"), issue.message);
}

function atLeast(name: string, value: unknown, least: number): void {
  if (typeof value === "number" && value >= least) return;
  throw bad(name, `a number of at least ${least} is needed, not ${String(value)}`);
}

function bad(path: string, detail: string): MusterError {
  return new MusterError("bad-option", `${path}: ${detail}`, { path });
}

function warnOncePerCode(): (error: MusterError) => void {
  const warned = new Set<string>();
  return (error) => {
    if (warned.has(error.code)) return;
    warned.add(error.code);
    const where = error.path === "" ? "" : `${error.path}: `;
    process.emitWarning(`${where}${error.message}`, { type: "MusterWarning", code: error.code });
  };
}
