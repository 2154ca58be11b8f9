import { evaluate } from "@muster/rules";
import { asHappened } from "@muster/rules/delivery";
import type { Acknowledgement, SyncRequest } from "@muster/rules/wire";
import { KEEPALIVE_BYTES } from "../bounds.ts";
import type { CorrectedClock } from "../clock.ts";
import { type Loaded, loadDefinitions } from "../definitions.ts";
import { wireSize } from "../operation.ts";
import { type Identity, PENDING_OP, SKEW, SNAPSHOT, type Snapshot } from "../records.ts";
import type { Replica } from "../replica.ts";
import type { Change } from "../store/store.ts";
import type { View } from "../view.ts";
import type { Parcel } from "./parcel.ts";
import type { Failure, Post } from "./transport.ts";

/** What an exchange with the edge brought: to be taken over whole or not at all. */
export interface Exchanged {
  kind: "exchanged";
  /** What the edge did with operations, by their ids. */
  acks: ReadonlyMap<string, Acknowledgement>;
  changes: Change[];
  definitions: Loaded | undefined;
  /** The segments in which the edge and this device disagree about what both have seen. */
  mismatches: string[];
}

/** What an operation may have come to; with any other word for it, it is still pending. */
const FINAL: readonly Acknowledgement["status"][] = ["stored", "duplicate", "refused"];

/** What a request is made of. */
export interface ExchangeHost {
  readonly clock: CorrectedClock;
  readonly replica: Replica;
  readonly post: Post;
}

/** Sends a parcel and takes what is newer; of a page that goes away, one request as small as it may send. */
export async function exchange(
  { clock, replica, post }: ExchangeHost,
  { batch, userId: owner, token, isErrand }: Parcel,
  mismatches: readonly string[],
  isLeaving = false,
): Promise<Exchanged | Failure> {
  const { identity, snapshot: base, definitions: held, pending, doubt, own } = replica;
  const anonymousId = (isErrand && batch[0]?.anonymousId) || identity.anonymousId;
  // The edge knows the user only once it has the identify operation.
  const isWaiting = own.some((op) => op.type === "identify" && !batch.includes(op));
  const userId = isErrand ? owner : isWaiting ? null : identity.userId;
  const isBase = !isErrand && base?.userId === userId && base.version === held?.version;
  const rest = isErrand ? [] : own.filter((op) => doubt.has(op.id) && !batch.includes(op));
  const waiting = rest.map(({ id }) => id);
  const { skew } = clock;
  const sentAt = clock.device();
  const request: SyncRequest = {
    anonymousId,
    userId,
    ops: batch.map(({ unmeasured, ...op }) => op),
    ...(waiting.length && { waiting }),
    ...(skew === undefined && { clock: sentAt }),
    ruleset: held?.version ?? null,
    cursor: isBase ? base.cursor : null,
    ...(mismatches.length && !isLeaving && !isErrand && { mismatches: [...mismatches] }),
  };
  // What is left out here makes the answer one that cannot be taken over: the view would hold operations twice.
  const isPartial = isLeaving && waiting.length > 0 && wireSize(request) > KEEPALIVE_BYTES;
  if (isPartial) delete request.waiting;
  for (const { id } of batch) doubt.add(id);
  const outcome = await post(request, isLeaving, token);
  if (outcome.kind !== "answer") return outcome;
  if (isPartial) return { kind: "unreachable", after: 0 };
  const halfTrip = Math.abs(clock.device() - sentAt) / 2;
  try {
    const { acks: judged, known, ruleset, snapshot, memberships, now } = outcome.answer;
    const acks = new Map<string, Acknowledgement>();
    for (const ack of judged) {
      const op = batch[ack.index];
      if (op && (ack.id ?? op.id) === op.id && FINAL.includes(ack.status)) acks.set(op.id, ack);
    }
    const drop = (ids: readonly string[]): Change[] =>
      ids.filter((id) => pending.has(id)).map((id) => [PENDING_OP + id, undefined]);
    if (isErrand)
      return {
        kind: "exchanged",
        acks,
        changes: drop([...acks.keys()]),
        definitions: undefined,
        mismatches: [],
      };
    const definitions = ruleset ? await loadDefinitions(ruleset) : held;
    const kept = snapshot ?? (isBase && base.cursor ? base : undefined);
    if (!definitions || !kept || !Number.isInteger(now)) throw new TypeError("no snapshot");
    const { version, needs } = definitions;
    const given = [...needs.values()].flatMap((one) => one.given);
    const { cursor, state, traits } = kept;
    if (!cursor) throw new TypeError("no cursor");
    const next: Snapshot = {
      anonymousId,
      userId,
      cursor,
      at: now,
      version,
      state,
      traits,
      answers: Object.fromEntries(Object.entries(memberships).filter(([key]) => given.includes(key))),
    };

    const gone = [...acks.keys(), ...waiting.filter((id) => known.includes(id))];
    const measured = now - sentAt - halfTrip;
    const isOff = skew === undefined || Math.abs(measured - skew) > halfTrip;
    const changes: Change[] = [
      ...(isOff ? [[SKEW, Math.round(measured)] as const] : []),
      ...drop(gone),
      ...(replica.identity.anonymousId === anonymousId ? [[SNAPSHOT, next] as const] : []),
    ];

    const sent = batch.filter((op) => op.anonymousId === anonymousId);
    // Where nobody else has changed the user, what this device foretold must be what the edge found.
    const isForetold =
      skew !== undefined &&
      !ruleset &&
      isBase &&
      cursor.profile === base.cursor?.profile &&
      cursor.seq === base.cursor.seq + sent.length &&
      sent.every((op) => op.type !== "identify" && acks.get(op.id)?.status === "stored");
    const view = definitions.view(isForetold ? base : next);
    if (isForetold) for (const op of sent) view.apply(asHappened(op, now));
    return {
      kind: "exchanged",
      acks,
      changes,
      definitions: ruleset ? definitions : undefined,
      mismatches: compare(definitions, view, { anonymousId, userId }, memberships, now),
    };
  } catch (error) {
    return { kind: "bad-answer", detail: error };
  }
}

/** The segments whose answer by this view is not the edge's. */
function compare(
  { plan }: Loaded,
  view: View,
  identity: Identity,
  memberships: Snapshot["answers"],
  now: number,
): string[] {
  const answers = new Map(Object.entries(memberships));
  const local = evaluate(plan, view.userOf(identity, answers), now);
  return local.keys.filter((key) => answers.has(key) && local.has(key) !== answers.get(key)?.member);
}
