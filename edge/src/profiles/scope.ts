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

/** Which profiles a request is about: a subquery for their ids, with the values it binds from `?1` on. */
export interface Scope {
  query: string;
  values: readonly unknown[];
  /** Ids that may stand on static lists although no profile has them. */
  ids: readonly string[];
}

/** The profiles of these users. */
export function scopeOfIdentities(identities: readonly Identity[]): Scope {
  return {
    query:
      "select distinct i.profile from json_each(?1) j " +
      "cross join identities i on i.kind = j.value ->> 0 and i.value = j.value ->> 1",
    values: [JSON.stringify(rowsOf(identities))],
    ids: identities.map(([, value]) => encodeText(value)),
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
