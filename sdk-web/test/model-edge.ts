import {
  ALL_FEATURES,
  evaluate,
  foldTraits,
  link,
  load,
  type Plan,
  type Ruleset,
  type TraitState,
  traitsOf,
  type UserEvent,
} from "@muster/rules";
import { compileDecisions, type DecisionDefinitions } from "@muster/rules/decisions";
import { rebuild } from "@muster/rules/state";
import {
  type Acknowledgement,
  type Bootstrap,
  type Operation,
  type OperationInput,
  operation,
  type SyncRequest,
  type SyncResponse,
} from "@muster/rules/wire";

interface Profile {
  id: string;
  ops: Operation[];
}
interface Owner {
  userId?: string | null;
  anonymousId: string;
}

export interface ModelOptions {
  ruleset: Ruleset;
  decisions?: DecisionDefinitions;
  now: () => number;
  /** Segments whose answers alone are shipped. */
  given?: readonly string[];
  refuses?: (op: Operation) => boolean;
}

/**
 * What an edge does, in as few words as possible and with all of it in memory: the reference that clients
 * are compared with where no network is wanted. It keeps every operation and makes states anew from them.
 */
export class ModelEdge {
  #options: ModelOptions;
  readonly #owners = new Map<string, Profile>();
  #made = 0;
  version = 1;
  requests: SyncRequest[] = [];
  /** Is asked before each request; a response takes its place, a throw is a network failure. */
  intercept: (request: SyncRequest) => Response | undefined = () => undefined;
  /** The user's token that the latest request came with. */
  token: string | null = null;
  /** Is called after a request was carried out; a throw loses its answer on the way. */
  deliver: () => void | Promise<void> = () => {};

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  readonly fetch: typeof fetch = async (_url, init) => {
    const request: SyncRequest = JSON.parse(String(init?.body));
    this.requests.push(request);
    this.token = new Headers(init?.headers).get("muster-identity");
    const instead = this.intercept(request);
    if (instead) return instead;
    const response = this.sync(request);
    await this.deliver();
    return Response.json(response);
  };

  /** All memberships of a user, over the whole ruleset and the whole list of events. */
  evaluate(owner: Owner): { [key: string]: { member: boolean; until: number | null } } {
    const { now } = this.#options;
    const { ops } = this.#profileOf(owner);
    const user = {
      id: owner.userId ?? null,
      anonymousId: owner.anonymousId,
      events: ops.filter((op) => op.type === "track"),
      traits: traitsOf(traitsIn(ops)),
    };
    return Object.fromEntries(evaluate(load(link(this.#definitions.ruleset), ALL_FEATURES), user, now()));
  }

  sync(request: SyncRequest): SyncResponse {
    const shift = request.clock === undefined ? 0 : this.#options.now() - request.clock;
    const acks = request.ops.map((op, index) => this.#take({ ...op, ts: op.ts + shift }, index));
    const { ops, id } = this.#profileOf(request);
    const { cursor, ruleset, waiting = [] } = request;
    const isRulesetCurrent = ruleset === String(this.version);
    const isCurrent = isRulesetCurrent && cursor?.profile === id && cursor.seq === ops.length;
    return {
      now: this.#options.now(),
      memberships: this.evaluate(request),
      acks,
      known: waiting.filter((one) => ops.some((op) => op.id === one)),
      ruleset: isRulesetCurrent ? null : this.#ruleset(),
      snapshot: isCurrent ? null : this.#snapshotOf({ ops, id }),
    };
  }

  /** What a server puts into the page of a user. */
  bootstrap({ userId = null, anonymousId }: Owner): Bootstrap {
    const copy: Bootstrap = JSON.parse(
      JSON.stringify({
        now: this.#options.now(),
        memberships: this.evaluate({ userId, anonymousId }),
        userId,
        anonymousId: userId === null ? anonymousId : null,
        ruleset: this.#ruleset(),
        snapshot: this.#snapshotOf(this.#profileOf({ userId, anonymousId })),
      }),
    );
    return copy;
  }

  /** The operations that were taken, each once. */
  get taken(): Operation[] {
    return [...new Set(this.#owners.values())].flatMap(({ ops }) => ops);
  }

  /** The definitions as they ship. */
  get shipped(): Bootstrap["ruleset"] {
    return this.#ruleset();
  }

  /** Changes the definitions. */
  change(options: Partial<ModelOptions>): void {
    this.#options = { ...this.#options, ...options };
    this.version++;
  }

  #ruleset(): Bootstrap["ruleset"] {
    const { given = [] } = this.#options;
    const { ruleset, table } = this.#definitions;
    return { version: String(this.version), program: link(ruleset, { given }), decisions: table };
  }

  /** What people defined, with the segments that decisions are compiled into. */
  get #definitions() {
    const { ruleset, decisions = {} } = this.#options;
    const { table, segments } = compileDecisions(decisions);
    return { ruleset: { ...ruleset, segments: { ...ruleset.segments, ...segments } }, table };
  }

  /** Changes the definitions of decisions. */
  define(decisions: DecisionDefinitions): void {
    this.#options = { ...this.#options, decisions };
    this.version++;
  }

  #snapshotOf({ id, ops }: Profile): Bootstrap["snapshot"] {
    const plan: Plan = load(this.#ruleset().program, ALL_FEATURES);
    const events: UserEvent[] = ops.filter((op) => op.type === "track");
    const state = rebuild(plan, events).save(this.#options.now());
    return { cursor: { profile: id, seq: ops.length }, state, traits: traitsIn(ops) };
  }

  #take(input: OperationInput, index: number): Acknowledgement {
    const op = operation.parse(input);
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
    this.#owners.set(anonymousId, into);
  }

  #profileOf({ userId, anonymousId }: Owner): Profile {
    return this.#profile(userId ?? anonymousId);
  }

  #profile(owner: string): Profile {
    const known = this.#owners.get(owner);
    if (known) return known;
    const made = { id: `p${++this.#made}`, ops: [] };
    this.#owners.set(owner, made);
    return made;
  }
}

function traitsIn(ops: readonly Operation[]): TraitState {
  return foldTraits(
    {},
    ops.flatMap((op) => (op.type === "track" ? [] : [op])),
  );
}
