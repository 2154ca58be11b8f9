import { beginningText, HEARTBEAT, newsText } from "./event-text.ts";
import type { News, Subscription, Versions } from "./news.ts";

/** Bytes that may wait for a reader; one who is further behind is cut off, comes back and finds out by the version. */
const BACKLOG = 1_048_576;

interface Stream {
  subscription: Subscription;
  controller: ReadableStreamDefaultController<Uint8Array>;
  /** What it was told last. */
  told: Versions;
}

const encoder = new TextEncoder();

/** The streams that are open, at most so many. They hear each change once, and know of no other than the last. */
export class Streams {
  readonly #most: number;
  readonly #open = new Set<Stream>();
  #news: News | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The keys that have admitted somebody who listens. */
  get keys(): string[] {
    return [...new Set([...this.#open].flatMap(({ subscription: { key } }) => key ?? []))];
  }

  /** Begins a stream of who knows that definitions are `found`; null where there are too many. */
  begin(subscription: Subscription, found: Versions, retry: number): ReadableStream<Uint8Array> | null {
    if (this.size >= this.#most) return null;
    // They may have changed on the way here.
    const told = this.#news !== null && this.#news.number > found.number ? this.#news : found;
    let stream: Stream | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          stream = { subscription, controller, told };
          this.#open.add(stream);
          controller.enqueue(encoder.encode(beginningText(subscription, told, retry)));
        },
        cancel: () => {
          if (stream) this.#open.delete(stream);
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: BACKLOG }),
    );
  }

  /** Tells everybody who has not heard of it. */
  publish(news: News): void {
    if (this.#news !== null && this.#news.number >= news.number) return;
    this.#news = news;
    const texts = new Map<string, Uint8Array>();
    for (const stream of this.#open) {
      const { subscription, told } = stream;
      if (told.number >= news.number) continue;
      stream.told = news;
      const { audience, form } = subscription;
      const after = told[audience];
      const kind = `${audience} ${form} ${after}`;
      const text = texts.get(kind) ?? encoder.encode(newsText(subscription, news, after));
      texts.set(kind, text);
      this.#send(stream, text);
    }
  }

  /** Shows that all is alive, to those who are and to whatever lies between. */
  beat(): void {
    const heartbeat = encoder.encode(HEARTBEAT);
    for (const stream of this.#open) this.#send(stream, heartbeat);
  }

  /** Ends the streams of keys that are not among these. */
  endOthers(keys: ReadonlySet<string>): void {
    this.#end(({ subscription: { key } }) => key !== null && !keys.has(key));
  }

  /** Ends the streams that were never told of a version of the workspace. */
  endBefore(number: number): void {
    this.#end(({ told }) => told.number < number);
  }

  #end(isOver: (stream: Stream) => boolean): void {
    for (const stream of this.#open) {
      if (!isOver(stream)) continue;
      this.#open.delete(stream);
      stream.controller.close();
    }
  }

  #send(stream: Stream, text: Uint8Array): void {
    if ((stream.controller.desiredSize ?? 0) > 0) {
      stream.controller.enqueue(text);
      return;
    }
    this.#open.delete(stream);
    stream.controller.error(new Error("its reader is too slow"));
  }
}
