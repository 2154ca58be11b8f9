import { backoff } from "@muster/rules/delivery";
import { rulesetResponse } from "@muster/rules/wire";
import { BOUNDS } from "./bounds.ts";
import { check, type Edge } from "./edge.ts";
import { type MusterError, toMusterError } from "./error.ts";
import { LocalRules } from "./local-rules.ts";

/** What a look at the definitions brought: newer ones, the same as before after it had failed, or a failure. */
export type DefinitionsEvent = { type: "updated" | "recovered" } | { type: "failed"; error: MusterError };

export interface DefinitionsOptions {
  /** ms between two looks at the edge. */
  interval: number;
  onEvent: (event: DefinitionsEvent) => void;
}

/** The definitions of the workspace in memory: refreshed by ETag, and the last good ones kept when that fails. */
export class Definitions {
  readonly #edge: Edge;
  readonly #options: DefinitionsOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #etag: string | null = null;
  #failures = 0;
  #error: MusterError | null = null;
  #rules: LocalRules | null = null;
  /** Resolves after the first attempt: whether the definitions are here. */
  readonly ready: Promise<boolean>;

  constructor(edge: Edge, options: DefinitionsOptions) {
    this.#edge = edge;
    this.#options = options;
    this.ready = this.refresh();
  }

  /** The definitions, or null before they came for the first time. */
  get rules(): LocalRules | null {
    return this.#rules;
  }

  /** Why the last look failed; null when it did not. */
  get error(): MusterError | null {
    return this.#error;
  }

  /** Asks the edge for what is newer, and plans the next time. Answers whether definitions are here. Never rejects. */
  async refresh(): Promise<boolean> {
    try {
      const isNew = await this.#fetch();
      const hadFailed = this.#error !== null;
      this.#failures = 0;
      this.#error = null;
      if (isNew) this.#options.onEvent({ type: "updated" });
      else if (hadFailed) this.#options.onEvent({ type: "recovered" });
    } catch (thrown) {
      if (this.#abort.signal.aborted) return this.#rules !== null;
      this.#failures += 1;
      this.#error = toMusterError(thrown);
      this.#options.onEvent({ type: "failed", error: this.#error });
    }
    this.#plan();
    return this.#rules !== null;
  }

  close(): void {
    this.#abort.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Whether the edge had newer ones. */
  async #fetch(): Promise<boolean> {
    const answer = await this.#edge.send({
      path: "/v1/ruleset",
      headers: this.#etag === null ? {} : { "if-none-match": this.#etag },
      signal: this.#abort.signal,
    });
    if (answer.status === 304) return false;
    const { program, decisions } = check(rulesetResponse, answer.body, "GET /v1/ruleset");
    this.#rules = new LocalRules(program, decisions);
    this.#etag = answer.headers.get("etag");
    return true;
  }

  /** Jitter of a tenth keeps many servers from asking in step; without definitions the wait is shorter. */
  #plan(): void {
    if (this.#abort.signal.aborted) return;
    const { interval } = this.#options;
    const steady = interval * (0.9 + 0.2 * Math.random());
    const soon = Math.min(steady, Math.max(BOUNDS.refreshLeast, backoff(this.#failures, 0, BOUNDS.backoff)));
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), this.#rules === null ? soon : steady).unref();
  }
}
