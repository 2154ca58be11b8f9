import { backoff } from "@muster/rules/delivery";
import { type RulesetResponse, rulesetEvent, rulesetResponse } from "@muster/rules/wire";
import { BOUNDS } from "./bounds.ts";
import { ChangeStream, type ChangeStreamOptions } from "./change-stream.ts";
import { check, type Edge } from "./edge.ts";
import { type MusterError, toMusterError } from "./error.ts";
import type { StreamEvent } from "./event-parser.ts";
import { LocalRules } from "./local-rules.ts";

/** What a look at the definitions brought: newer ones, the same as before after it had failed, or a failure. */
export type DefinitionsEvent = { type: "updated" | "recovered" } | { type: "failed"; error: MusterError };

export interface DefinitionsOptions {
  /** ms between two looks at the edge. */
  interval: number;
  onEvent: (event: DefinitionsEvent) => void;
  /** Where the edge tells of changes; null: it is only asked. */
  stream: Omit<ChangeStreamOptions, "onEvent"> | null;
}

/**
 * The definitions of the workspace in memory: pushed by the edge as they change, asked for by ETag now and then, and
 * the last good ones kept when that fails.
 */
export class Definitions {
  readonly #edge: Edge;
  readonly #options: DefinitionsOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  readonly #stream: ChangeStream | null;
  #version: string | null = null;
  /** The id of the stream's last event. */
  #heard: string | null = null;
  #failures = 0;
  #error: MusterError | null = null;
  #rules: LocalRules | null = null;
  /** Resolves after the first attempt: whether the definitions are here. */
  readonly ready: Promise<boolean>;

  constructor(edge: Edge, options: DefinitionsOptions) {
    this.#edge = edge;
    this.#options = options;
    const onEvent = (event: StreamEvent) => this.#hear(event);
    this.#stream = options.stream && new ChangeStream({ ...options.stream, onEvent });
    this.ready = this.refresh().finally(() => this.#stream?.open());
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
    this.#stream?.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Whether the edge had newer ones. */
  async #fetch(): Promise<boolean> {
    const held = this.#version;
    const answer = await this.#edge.send({
      path: "/v1/ruleset",
      headers: held === null ? {} : { "if-none-match": `"${held}"` },
      signal: this.#abort.signal,
    });
    // What was pushed meanwhile may be newer than this answer.
    if (this.#version !== held) return this.#fetch();
    if (answer.status === 304) return false;
    this.#adopt(check(rulesetResponse, answer.body, "GET /v1/ruleset"));
    return true;
  }

  #adopt({ version, program, decisions }: RulesetResponse): void {
    this.#rules = new LocalRules(program, decisions);
    this.#version = version;
    this.#error = null;
  }

  /** Takes over what is pushed where it follows on what is here; else the edge is asked. */
  #hear({ name, id, data }: StreamEvent): void {
    if (name !== "ruleset") return;
    const { version, ruleset, after } = rulesetEvent.parse(JSON.parse(data));
    const before = this.#heard;
    this.#heard = id;
    if (version !== this.#version && (ruleset === null || after !== this.#version)) {
      void this.refresh();
      return;
    }
    if (version !== this.#version && ruleset !== null) this.#adopt(ruleset);
    // Lists and what else the edge alone answers for may have changed although these definitions did not.
    else if (before === null || before === id) return;
    this.#options.onEvent({ type: "updated" });
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
