import type { Operation } from "@muster/rules/wire";
import type { Definitions } from "../definitions/definitions.ts";
import { type Place, placeWrite } from "../ingest/place.ts";
import type { Runtime } from "../runtime.ts";
import { History } from "./history.ts";
import { Profile } from "./profile.ts";
import type { State } from "./read-state.ts";
import { deviceOf, type Identity, type Ids, identityOf, nameOf } from "./scope.ts";

/** An anonymous profile that has become part of a user's. */
export interface Merge {
  from: Profile;
  to: Profile;
  /** What is added to the sequence numbers of its events. */
  offset: number;
}

/**
 * What became of an operation; `full`: there is no room for its traits, `unproven`: it is under an anonymous id of a
 * user whom the request does not reach.
 */
export type Applied = "stored" | "duplicate" | "full" | "unproven";

/**
 * The users of a request in memory: operations are applied here first, one after the other. Users whom the request
 * does not reach are not among them, though their identities are taken.
 */
export class WorkingSet {
  readonly merges: Merge[] = [];
  readonly newIdentities: { identity: Identity; profile: Profile }[] = [];
  /** United profiles that may have shared an event: their past is to be made anew of what they have together. */
  readonly overlapping = new Set<Profile>();
  readonly #state: State;
  readonly #runtime: Runtime;
  readonly #now: number;
  readonly #profiles: Set<Profile>;
  readonly #identities: Map<string, Profile>;

  constructor(state: State, runtime: Runtime, now: number) {
    this.#state = state;
    this.#runtime = runtime;
    this.#now = now;
    this.#profiles = new Set(state.profiles.filter((profile) => this.#reaches(profile)));
    this.#identities = new Map(state.identities);
    for (const profile of state.profiles) this.#learnLists(profile);
  }

  /** By which all of them are decided. */
  get definitions(): Definitions {
    return this.#state.definitions;
  }

  /** Those that exist, merged ones left out. */
  get profiles(): Iterable<Profile> {
    return this.#profiles;
  }

  find(identity: Identity): Profile | undefined {
    const profile = this.#holder(identity);
    return profile !== undefined && this.#reaches(profile) ? profile : undefined;
  }

  /** A profile for someone unknown, who is at this place, that is answered for and not kept. */
  imagine(user: Ids, place: Place = {}): Profile {
    const profile = this.#unknown();
    profile.userId = user.userId ?? null;
    profile.anonymousId = user.anonymousId ?? null;
    this.#learnLists(profile);
    const write = placeWrite(profile.traits, place, this.#now);
    if (write !== null) profile.fold([write]);
    return profile;
  }

  /** The profiles in D1 whose logs a profile's is made of: its own first, then the united ones as they came. */
  logsOf(profile: Profile): Profile[] {
    const united = this.merges.filter(({ to }) => to === profile).map(({ from }) => from);
    return [profile, ...united].filter(({ stored }) => stored !== null);
  }

  /**
   * Applies one operation. Nothing of it is kept where its user has one with its id, or no room for its traits.
   * One that identifies makes the anonymous user known; an anonymous id that is already some user's stays theirs.
   */
  apply(operation: Operation): Applied {
    const owner = identityOf(operation);
    const device = operation.type === "identify" ? deviceOf(operation) : undefined;
    const visitor = device && this.#holder(device);
    const guest = visitor?.userId === null ? visitor : undefined;
    const known = this.#holder(owner);
    if (known !== undefined && !this.#reaches(known)) return "unproven";
    const profile = known ?? guest ?? this.#unknown();
    if (profile.known.has(operation.id) || guest?.known.has(operation.id) === true) return "duplicate";
    if (!this.#add(profile, operation)) return "full";
    this.#profiles.add(profile);
    if (known === undefined) this.#attach(profile, owner);
    if (guest !== undefined && guest !== profile) this.#merge(guest, profile);
    if (device !== undefined && visitor === undefined) this.#attach(profile, device);
    return "stored";
  }

  /** Whose an identity is, reached or not. */
  #holder(identity: Identity): Profile | undefined {
    return this.#identities.get(nameOf(identity));
  }

  #reaches({ userId }: Profile): boolean {
    return userId === null || this.#state.reaches(userId);
  }

  #unknown(): Profile {
    return Profile.unknown(new History(this.#state.definitions), this.#runtime, this.#now);
  }

  #add(profile: Profile, operation: Operation): boolean {
    const { id, ts } = operation;
    if (operation.type !== "track") return profile.addWrite({ id, ts, set: operation.set });
    const { name, props } = operation;
    profile.addEvent({ id, name, ts, props });
    return true;
  }

  #attach(profile: Profile, identity: Identity): void {
    const [kind, value] = identity;
    if (kind === "user") profile.userId = value;
    else profile.anonymousId ??= value;
    profile.change = profile.stored === null ? "event" : "identify";
    this.#identities.set(nameOf(identity), profile);
    this.newIdentities.push({ identity, profile });
    this.#learnLists(profile);
  }

  #merge(from: Profile, to: Profile): void {
    if (this.#mayOverlap(from, to)) this.overlapping.add(to);
    else to.history.merge(from.history);
    this.merges.push({ from, to, offset: to.seq });
    to.absorb(from);
    this.#profiles.delete(from);
    for (const [name, profile] of this.#identities) if (profile === from) this.#identities.set(name, to);
    for (const entry of this.newIdentities) if (entry.profile === from) entry.profile = to;
    this.#learnLists(to);
  }

  #mayOverlap(from: Profile, to: Profile): boolean {
    return (
      this.logsOf(to).some(({ id }) => this.#state.overlap(id, from.id)) ||
      [...from.known].some((id) => to.known.has(id))
    );
  }

  /** A list names the user's id or, where there is none, the anonymous id. */
  #learnLists(profile: Profile): void {
    profile.lists.clear();
    const id = profile.userId ?? profile.anonymousId;
    for (const key of (id === null ? undefined : this.#state.lists.get(id)) ?? []) profile.lists.add(key);
  }
}
