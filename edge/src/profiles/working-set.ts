import type { Operation } from "@muster/rules/wire";
import { Profile } from "./profile.ts";
import { nameOf, type State } from "./read-state.ts";
import { type Identity, identityOf } from "./scope.ts";

/** An anonymous profile that has become part of a user's. */
export interface Merge {
  from: Profile;
  to: Profile;
  /** What is added to the sequence numbers of its events. */
  offset: number;
}

/** The users of a request in memory: operations are applied here first, one after the other. */
export class WorkingSet {
  readonly merges: Merge[] = [];
  readonly newIdentities: { identity: Identity; profile: Profile }[] = [];
  readonly #state: State;
  readonly #now: number;
  readonly #profiles: Set<Profile>;
  readonly #identities: Map<string, Profile>;

  constructor(state: State, now: number) {
    this.#state = state;
    this.#now = now;
    this.#profiles = new Set(state.profiles);
    this.#identities = new Map(state.identities);
    for (const profile of state.profiles) this.#learnLists(profile);
  }

  /** Those that exist, merged ones left out. */
  get profiles(): Iterable<Profile> {
    return this.#profiles;
  }

  find(identity: Identity): Profile | undefined {
    return this.#identities.get(nameOf(identity));
  }

  /** A profile for someone unknown that is answered for and not kept. */
  imagine(user: { userId: string | null; anonymousId: string | null }): Profile {
    const profile = Profile.unknown(user.userId, user.anonymousId, this.#now);
    this.#learnLists(profile);
    return profile;
  }

  /** Applies one operation. Nothing of it is kept where its owner has one with its id, or no room for its traits. */
  apply(operation: Operation): "stored" | "duplicate" | "full" {
    const { id, ts } = operation;
    const owner = identityOf(operation);
    if (this.find(owner)?.known.has(id) === true) return "duplicate";
    const profile =
      operation.type === "identify" ? this.#identify(operation) : (this.find(owner) ?? this.#create(owner));
    if (profile.known.has(id)) return "duplicate";
    if (operation.type === "track") {
      const { name, props } = operation;
      profile.addEvent({ id, name, ts, props }, this.#now);
      return "stored";
    }
    return profile.addWrite({ id, ts, set: operation.set }, this.#now) ? "stored" : "full";
  }

  /** Makes the anonymous user known. An anonymous id that is already some user's stays theirs. */
  #identify({ userId, anonymousId }: { userId: string; anonymousId?: string | undefined }): Profile {
    const anonymous: Identity | null = anonymousId === undefined ? null : ["anonymous", anonymousId];
    const visitor = anonymous === null ? undefined : this.find(anonymous);
    const isFree = visitor !== undefined && visitor.userId === null;
    let user = this.find(["user", userId]);
    if (user === undefined && isFree) {
      this.#attach(visitor, ["user", userId]);
      user = visitor;
    } else if (user !== undefined && isFree) this.#merge(visitor, user);
    user ??= this.#create(["user", userId]);
    if (anonymous !== null && visitor === undefined) this.#attach(user, anonymous);
    return user;
  }

  #create(identity: Identity): Profile {
    const profile = Profile.unknown(null, null, this.#now);
    this.#profiles.add(profile);
    this.#attach(profile, identity);
    return profile;
  }

  #attach(profile: Profile, identity: Identity): void {
    const [kind, value] = identity;
    if (kind === "user") profile.userId = value;
    else profile.anonymousId ??= value;
    profile.change = profile.storedSeq === null ? "event" : "identify";
    this.#identities.set(nameOf(identity), profile);
    this.newIdentities.push({ identity, profile });
    this.#learnLists(profile);
  }

  #merge(from: Profile, to: Profile): void {
    this.merges.push({ from, to, offset: to.seq });
    to.absorb(from);
    this.#profiles.delete(from);
    for (const [name, profile] of this.#identities) if (profile === from) this.#identities.set(name, to);
    for (const entry of this.newIdentities) if (entry.profile === from) entry.profile = to;
    this.#learnLists(to);
  }

  /** A list names the user's id or, where there is none, the anonymous id. */
  #learnLists(profile: Profile): void {
    profile.lists.clear();
    const id = profile.userId ?? profile.anonymousId;
    for (const key of (id === null ? undefined : this.#state.lists.get(id)) ?? []) profile.lists.add(key);
  }
}
