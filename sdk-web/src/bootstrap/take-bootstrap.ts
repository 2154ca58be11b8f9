import type { Bootstrap } from "@muster/rules/wire";
import { type Identity, isDefinitions, isRecord } from "../records.ts";

/**
 * A copy of what the page's HTML brought, which is as untrusted as that; undefined where it is not what an edge made.
 * Its parts are looked at where they are used.
 */
export function takeBootstrap(given: unknown): Bootstrap | undefined {
  try {
    const copy: Bootstrap = JSON.parse(JSON.stringify(given));
    const { ruleset, snapshot, memberships, userId, anonymousId, now } = copy;
    const isWhole =
      isDefinitions(ruleset) &&
      isRecord(snapshot) &&
      isRecord(snapshot.cursor) &&
      isRecord(snapshot.traits) &&
      isRecord(memberships) &&
      Number.isInteger(now) &&
      (userId === null ? typeof anonymousId === "string" : typeof userId === "string");
    return isWhole ? copy : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a bootstrap is about this user; of a device that knows nobody yet it is assumed. */
export function isAbout({ userId, anonymousId }: Bootstrap, identity: Identity): boolean {
  if (!identity.anonymousId) return true;
  return userId === null
    ? identity.userId === null && anonymousId === identity.anonymousId
    : userId === identity.userId;
}
