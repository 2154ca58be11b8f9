import {
  ALL_FEATURES,
  EventLog,
  evaluate,
  foldTraits,
  link,
  load,
  type Ruleset,
  type TraitState,
  traitsOf,
  type UserEvent,
} from "@muster/rules";
import type { Acknowledgement, Operation, SyncRequest, SyncResponse } from "@muster/rules/wire";

interface Profile {
  id: string;
  epoch: number;
  ops: Operation[];
}

export interface ModelOptions {
  ruleset: Ruleset;
  now: () => number;
  /** Segments whose answers alone are shipped. */
  given?: readonly string[];
  /** Events on one page of a snapshot. */
  page?: number;
  refuses?: (op: Operation) => boolean;
}

/**
 * What an edge does, in as few words as possible and with all of it in memory: the reference that clients
 * are compared with where no network is wanted.
 */
export class ModelEdge {
  readonly #options: ModelOptions;
  readonly #owners = new Map<string, Profile>();
  #made = 0;
  version = 1;
  requests: SyncRequest[] = [];
  /** Is asked before each request; a response takes its place, a throw is a network failure. */
  intercept: (request: SyncRequest) => Response | undefined = () => undefined;
  /** Is called after a request was carried out; a throw loses its answer on the way. */
  deliver: () => void = () => {};

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  readonly fetch: typeof fetch = async (_url, init) => {
    const request: SyncRequest = JSON.parse(String(init?.body));
    this.requests.push(request);
    const instead = this.intercept(request);
    if (instead) return instead;
    const response = this.sync(request);
    this.deliver();
    return Response.json(response);
  };

  /** All memberships of a user, over the whole ruleset. */
  evaluate(owner: { userId?: string | null; anonymousId: string }): {
    [key: string]: { member: boolean; until: number | null };
  } {
    const { ruleset, now } = this.#options;
    const { events, traits } = this.#stateOf(this.#profile(owner.userId ?? owner.anonymousId));
    const plan = load(link(ruleset), ALL_FEATURES);
    const user = {
      id: owner.userId ?? null,
      anonymousId: owner.anonymousId,
      events,
      traits: traitsOf(traits),
    };
    return Object.fromEntries(evaluate(plan, user, now()));
  }

  sync(request: SyncRequest): SyncResponse {
    const { ruleset, now, given = [], page = 1_000 } = this.#options;
    const acks = request.ops.map((op, index) => this.#take(JSON.parse(JSON.stringify(op)), index));
    const profile = this.#profile(request.userId ?? request.anonymousId);
    const { cursor } = request;
    const isKnown = cursor?.profile === profile.id && cursor.epoch === profile.epoch;
    const reset = !isKnown || request.ruleset !== String(this.version);
    const from = reset ? 0 : cursor.seq;
    const { traits } = this.#stateOf(profile);
    const seq = Math.min(from + page, profile.ops.length);
    const events: UserEvent[] = [];
    for (const op of profile.ops.slice(from, seq)) if (op.type === "track") events.push(op);
    return {
      now: now(),
      acks,
      ruleset: reset ? { version: String(this.version), program: link(ruleset, { given }) } : null,
      snapshot: {
        cursor: { profile: profile.id, epoch: profile.epoch, seq },
        reset,
        more: seq < profile.ops.length,
        events: events.map(({ id, name, ts, props }) => ({ id, name, ts, props })),
        traits,
      },
      memberships: this.evaluate(request),
    };
  }

  /** How many different operations were taken. */
  get taken(): number {
    return [...new Set(this.#owners.values())].reduce((sum, { ops }) => sum + ops.length, 0);
  }

  #take(op: Operation, index: number): Acknowledgement {
    if (this.#options.refuses?.(op)) {
      const problem = { code: "refused", path: "", detail: "the model was told to" };
      return { index, id: op.id, status: "refused", problem };
    }
    const profile = this.#profile(op.userId ?? op.anonymousId ?? "");
    if (profile.ops.some(({ id }) => id === op.id)) return { index, id: op.id, status: "duplicate" };
    profile.ops.push(op);
    if (op.type === "identify" && op.anonymousId !== undefined) this.#merge(op.anonymousId, profile);
    return { index, id: op.id, status: "stored" };
  }

  #merge(anonymousId: string, into: Profile): void {
    const from = this.#profile(anonymousId);
    if (from === into) return;
    const ids = new Set(into.ops.map(({ id }) => id));
    into.ops = [...from.ops.filter(({ id }) => !ids.has(id)), ...into.ops];
    into.epoch++;
    this.#owners.set(anonymousId, into);
  }

  #profile(owner: string): Profile {
    const known = this.#owners.get(owner);
    if (known) return known;
    const made = { id: `p${++this.#made}`, epoch: 1, ops: [] };
    this.#owners.set(owner, made);
    return made;
  }

  #stateOf({ ops }: Profile): { events: EventLog; traits: TraitState } {
    const events = new EventLog();
    let traits: TraitState = {};
    for (const op of ops) {
      if (op.type === "track") events.add(op);
      else traits = foldTraits(traits, [op]);
    }
    return { events, traits };
  }
}
