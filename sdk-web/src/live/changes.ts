import { backoff } from "@muster/rules/delivery";
import type { RulesetEvent } from "@muster/rules/wire";
import { BACKOFF_MS, SPREAD_MS } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import { type Loaded, loadDefinitions } from "../definitions.ts";
import type { EventStream } from "../environment.ts";
import type { Journal } from "../journal.ts";
import { SNAPSHOT } from "../records.ts";
import type { Replica } from "../replica.ts";
import type { Report } from "../report.ts";
import { covers, givenOf } from "./covers.ts";

/** What listening for changes needs. */
export interface ChangesHost {
  readonly clock: Clock;
  readonly replica: Replica;
  readonly journal: Pick<Journal, "commit">;
  readonly report: Report;
  readonly endpoint: string;
  readonly key: string;
  /** Left out: nothing is pushed here. */
  readonly listen?: ((url: string) => EventStream) | undefined;
  /** A number in 0 ≤ x < 1. */
  random(): number;
  /** Resolves while no request is under way. */
  idle(): Promise<void>;
  /** Syncs in `ms`. */
  soon(ms: number): void;
}

/** Hears of changes of definitions as they are made. */
export interface Changes {
  /** Listens while someone looks at the page; comes back when that fails. */
  open(): void;
  close(): void;
}

export function followChanges(host: ChangesHost): Changes {
  const { clock, replica, journal, report, endpoint, key, listen, random } = host;
  const url = `${endpoint.replace(/\/+$/, "")}/v1/changes?key=${encodeURIComponent(key)}`;
  let stream: EventStream | undefined;
  let cancel: (() => void) | undefined;
  let failures = 0;
  /** The id of the last event. */
  let heard: string | undefined;
  /** One event after the other: each is about what the one before has left. */
  let hearing = Promise.resolve();

  // All browsers hear of a change at once, and those that must ask the edge do not do so at once.
  const catchUp = (): void => host.soon(random() * SPREAD_MS);

  /** What is pushed decides at once, where all that it asks of the user is here. */
  const adopt = (next: Loaded, after: string): void => {
    const { snapshot, definitions: held, known } = replica;
    const { version } = next;
    if (held?.version === version) return;
    const isNext = known && held?.version === after;
    const isCovered = isNext && snapshot?.cursor && covers(snapshot, held, next);
    if (isCovered) void journal.commit([[SNAPSHOT, { ...snapshot, version }]], next);
    // What the edge alone answers may be another answer by now.
    if (!isCovered || givenOf(next).size > 0) catchUp();
  };

  const hear = async (data: string, id: string): Promise<void> => {
    const { version, ruleset, after }: RulesetEvent = JSON.parse(data);
    const isNews = heard !== undefined && heard !== id;
    heard = id;
    await host.idle();
    // Where the edge has changed what it keeps to itself, only its answers are others.
    const isHeld = version === replica.definitions?.version;
    if (isHeld && !isNews) return;
    if (isHeld || !ruleset || after === null || after !== replica.definitions?.version) return catchUp();
    const next = await loadDefinitions(ruleset);
    await host.idle();
    if (stream) adopt(next, after);
  };

  const close = (): void => {
    cancel?.();
    cancel = undefined;
    stream?.close();
    stream = undefined;
  };

  const open = (): void => {
    if (!listen || stream || cancel || globalThis.document?.hidden) return;
    const own = listen(url);
    stream = own;
    own.addEventListener("ruleset", ({ data, lastEventId }) => {
      failures = 0;
      hearing = hearing
        .then(() => (stream === own ? hear(data, lastEventId) : undefined))
        .catch((error) => {
          report("bad-answer", "changes", error);
          catchUp();
        });
    });
    own.addEventListener("error", () => {
      if (stream !== own) return;
      close();
      // By itself it would come back at a fixed time, as all others would, or not at all.
      cancel = clock.after(backoff(++failures, 0, BACKOFF_MS, random), () => {
        cancel = undefined;
        open();
      });
    });
  };

  return { open, close };
}
