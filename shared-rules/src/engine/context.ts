import { clampInstant, NEVER } from "../timestamp.ts";
import type { User } from "../user.ts";
import type { Fields } from "./operators.ts";
import type { Past } from "./past.ts";

const NOTHING: Fields = {};

/** What the closures of a plan read while one user is evaluated at one instant. */
export class Context {
  /** The name of the workspace's time zone. */
  readonly zone: string;
  now = 0;
  /** The earliest instant met so far at which an answer that was read can change; Infinity for never. */
  until = NEVER;
  /** Whoever is evaluated; what a caller hands over may be anything. */
  user: User | undefined;
  /** The user's past; nothing is known of one who has neither a state nor a list that the plan can read. */
  past: Past | undefined;
  /** Whether the event that is being looked at is the user's first of its name. */
  isFirst = false;
  /** Counts evaluations; what was remembered under another count is not this user's. */
  run = 0;

  readonly #lists: Past | undefined;

  /** `lists` reads the past of a user who has a list of events. */
  constructor(zone: string, lists?: Past) {
    this.zone = zone;
    this.#lists = lists;
  }

  begin(user: User, now: number): void {
    this.user = user;
    this.now = clampInstant(now);
    this.until = NEVER;
    this.past = user?.past ?? this.#lists;
    this.run++;
  }

  get traits(): Fields {
    return this.user?.traits ?? NOTHING;
  }

  get id(): string | undefined {
    return this.user?.id ?? this.user?.anonymousId ?? undefined;
  }

  /** Notes an instant at which what was read can change; one that is not after now means nothing. */
  changesAt(ms: number): void {
    if (ms < this.until && ms > this.now) this.until = ms;
  }
}
