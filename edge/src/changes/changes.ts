import { DurableObject } from "cloudflare:workers";
import { LIMITS } from "@muster/rules";
import type { Env } from "../env.ts";
import type { Beginning, Hub, News } from "./news.ts";
import { Streams } from "./streams.ts";

/** Ms between two heartbeats: proxies give up connections that are silent for a minute or so. */
const HEARTBEAT_MS = 25_000;
/** Ms after which a stream that has ended is begun anew: spread, so that not all come back at once. */
const RETRY_MS = { least: 1_000, most: 5_000 };

const LIVE = "select hash from keys where revoked_at is null and hash in (select value from json_each(?))";
const VERSION = "select version from workspace where id = 1";

/**
 * Holds the streams of those who listen for changes. It keeps no truth: when it ends the streams do, and who listened
 * comes back and is told which definitions there are.
 */
export class Changes extends DurableObject<Env> implements Hub {
  readonly #streams = new Streams(LIMITS.streams);
  #heart: ReturnType<typeof setInterval> | null = null;
  /** The version of the workspace at the last heartbeat. */
  #version = 0;

  /** Begins a stream: the body is a `Beginning`. Answers 503 where there are too many. */
  override async fetch(request: Request): Promise<Response> {
    const { subscription, found } = await request.json<Beginning>();
    const retry = Math.round(RETRY_MS.least + Math.random() * (RETRY_MS.most - RETRY_MS.least));
    const stream = this.#streams.begin(subscription, found, retry);
    if (stream === null) return new Response(null, { status: 503 });
    this.#heart ??= setInterval(() => void this.#beat().catch(console.error), HEARTBEAT_MS);
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }

  async publish(news: News): Promise<void> {
    this.#streams.publish(news);
  }

  async checkKeys(): Promise<void> {
    const { keys } = this.#streams;
    if (keys.length === 0) return;
    const { results } = await this.env.DB.prepare(LIVE).bind(JSON.stringify(keys)).all<{ hash: string }>();
    const live = new Set(results.map(({ hash }) => hash));
    // Whoever has come meanwhile was admitted just now.
    for (const key of this.#streams.keys) if (!keys.includes(key)) live.add(key);
    this.#streams.endOthers(live);
  }

  async #beat(): Promise<void> {
    this.#streams.beat();
    if (this.#streams.size === 0) {
      if (this.#heart !== null) clearInterval(this.#heart);
      this.#heart = null;
      return;
    }
    await this.checkKeys();
    // A change that was not published here since the last heartbeat never will be.
    this.#streams.endBefore(this.#version);
    this.#version = (await this.env.DB.prepare(VERSION).first<number>("version")) ?? 0;
  }
}
