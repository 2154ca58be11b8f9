import { encodeText } from "../db/text.ts";

export type Identity = readonly [kind: "user" | "anonymous", value: string];

/** An identity as a Map's key. */
export function nameOf([kind, value]: Identity): string {
  return `${kind}:${value}`;
}

/** Identities as JSON for SQL. */
export function rowsOf(identities: readonly Identity[]): (readonly [kind: string, value: string])[] {
  return identities.map(([kind, value]) => [kind, encodeText(value)]);
}

export interface Ids {
  userId?: string | null | undefined;
  anonymousId?: string | null | undefined;
}

/** Which profiles a request is about. */
export interface Scope {
  /** A subquery for their ids and the places at which `value` names them; `?1` is the value. */
  query: string;
  value: string;
  /** The identities by place, where it names them by these. */
  identities: readonly Identity[];
  /** Ids that may stand on static lists although no profile has them. */
  ids: readonly string[];
}

/** The profiles of these users. */
export function scopeOfIdentities(identities: readonly Identity[]): Scope {
  const distinct = [...new Map(identities.map((identity) => [nameOf(identity), identity])).values()];
  return {
    query:
      "select i.profile, j.key from json_each(?1) j " +
      "cross join identities i on i.kind = j.value ->> 0 and i.value = j.value ->> 1",
    value: JSON.stringify(rowsOf(distinct)),
    identities: distinct,
    ids: distinct.map(([, value]) => encodeText(value)),
  };
}

/** The profiles with these numbers. */
export function scopeOfProfiles(ids: readonly number[]): Scope {
  return {
    query: "select value, key from json_each(?1)",
    value: JSON.stringify(ids),
    identities: [],
    ids: [],
  };
}

/** The identity under which a user's operations and memberships are kept. */
export function identityOf(user: Ids): Identity {
  return user.userId != null ? ["user", user.userId] : ["anonymous", user.anonymousId ?? ""];
}

/** The identity of the device that a user is at, where it is known. */
export function deviceOf(user: Ids): Identity | undefined {
  return user.anonymousId != null ? ["anonymous", user.anonymousId] : undefined;
}

/** Both identities that a user brings, the one that counts first. */
export function identitiesOf(user: Ids): Identity[] {
  const device = deviceOf(user);
  return user.userId != null && device !== undefined ? [identityOf(user), device] : [identityOf(user)];
}
