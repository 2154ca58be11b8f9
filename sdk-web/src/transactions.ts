import type { Loaded } from "./definitions.ts";
import {
  CAPTURE,
  DEFINITIONS,
  type DeviceUser,
  IDENTITY,
  type Identity,
  isDeviceUser,
  isOperation,
  isSnapshot,
  REFUSED,
  SEEN,
  SKEW,
  SNAPSHOT,
  type Snapshot,
} from "./records.ts";
import { isOlder, type Replica } from "./replica.ts";
import type { Change, Records } from "./store/store.ts";

// What tabs must agree on: each of these is decided over what stands on disk, in the transaction that writes it.

/** Since when the user on disk is not erased; undefined where the disk knows of nobody. */
export function generationOf(found: Records): string | undefined {
  const user = found.get(IDENTITY);
  return isDeviceUser(user) ? user.since : user === REFUSED ? "" : undefined;
}

/** Makes another user of the device's, of whom nothing is known but, where `isNew`, that there is no past. */
export function succeed(
  replica: Replica | undefined,
  anonymousId: string,
  since: string,
  isNew: boolean,
): Change[] {
  const ids: Identity = { anonymousId, userId: null };
  const empty: Snapshot = { ...ids, cursor: null, at: 0, version: "", traits: {}, answers: {} };
  return [
    // To another anonymous id nothing has been shown yet.
    ...[...(replica?.exposures.keys() ?? [])].map((id): Change => [SEEN + id, undefined]),
    ...[...(replica?.parked ?? [])].map((key): Change => [key, undefined]),
    [IDENTITY, { ...ids, since }],
    [SNAPSHOT, isNew ? empty : undefined],
    [CAPTURE, undefined],
  ];
}

/** Removes all that is kept. */
export function eraseAll(found: Records): Change[] {
  return [...found.keys()].map((key) => [key, undefined]);
}

/** Whether memory's user turns out to be the one on disk. */
function isSame(own: DeviceUser, kept: DeviceUser): boolean {
  return own.userId === null || kept.userId === null || own.userId === kept.userId;
}

/**
 * Who the device's user is: the one on disk stands, unless memory's is another (or has another id).
 * Memory may have nobody; where nobody is known at all, a new user is made.
 */
export function settle(replica: Replica | undefined, found: Records, newId: () => string): Change[] {
  const own = replica?.identity;
  const kept = found.get(IDENTITY);
  if (!replica || !own?.since) return isDeviceUser(kept) ? [] : succeed(undefined, newId(), newId(), true);
  const past: Change = [SNAPSHOT, replica.snapshot];
  if (!isDeviceUser(kept)) return [[IDENTITY, own], past];
  if (replica.isOther || !isSame(own, kept)) return [[IDENTITY, { ...own, since: kept.since }], past];
  return own.userId === null ? [] : [[IDENTITY, { ...kept, userId: own.userId }]];
}

/**
 * What memory brings along to the user on disk, which is nobody's where the one in memory was erased. What was sent as
 * another's remains theirs.
 */
export function bring(replica: Replica, standing: Records, isErased: boolean): Change[] {
  const { identity: own, doubt, isOther, records } = replica;
  const user = standing.get(IDENTITY);
  if (!isDeviceUser(user)) return [];
  const { anonymousId, userId } = user;
  return records.flatMap(([key, value]): Change[] => {
    if (value === undefined || standing.has(key)) return [];
    if (isErased || !own.since) return key === SKEW ? [[key, value]] : [];
    const isOwn = isOperation(value) && value.anonymousId === own.anonymousId && !doubt.has(value.id);
    if (!isOwn || isOther || !isSame(own, user)) return [[key, value]];
    return [[key, { ...value, anonymousId, ...(userId !== null && { userId }) }]];
  });
}

/** Whether a snapshot needs other definitions than these. */
export function isLacking(snapshot: unknown, definitions: Loaded | undefined): boolean {
  return isSnapshot(snapshot) && snapshot.cursor !== null && snapshot.version !== definitions?.version;
}

/**
 * The changes but for a snapshot that is of another user than the one on disk, or older than the one there. A snapshot
 * brings the definitions that it needs, where they are not on disk or a change of them is asked for.
 */
export function fit(own: Change[], found: Records, definitions: Loaded | undefined): Change[] {
  const changes = new Map(own);
  const next = changes.get(SNAPSHOT);
  const rest = own.filter(([key]) => key !== DEFINITIONS);
  if (!isSnapshot(next)) return rest;
  const user = changes.get(IDENTITY) ?? found.get(IDENTITY);
  const standing = found.get(SNAPSHOT);
  const base = isSnapshot(standing) ? standing : undefined;
  const isLate = base?.anonymousId === next.anonymousId && isOlder(next, base);
  const isKept = !next.cursor || next.version === base?.version;
  const isFit = isDeviceUser(user) && user.anonymousId === next.anonymousId && !isLate;
  if (!isFit || !(isKept || next.version === definitions?.version))
    return rest.filter(([key]) => key !== SNAPSHOT);
  if (next.version !== definitions?.version || (isKept && !changes.has(DEFINITIONS))) return rest;
  const { version, program, decisions } = definitions;
  return [...rest, [DEFINITIONS, { version, program, decisions }]];
}
