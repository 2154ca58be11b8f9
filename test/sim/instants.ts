import { compile, evaluate, foldTraits, type Plan, type Rule, traitsOf } from "@muster/rules";
import type { Database } from "./database.ts";
import type { OperationRecord } from "./record.ts";
import type { ProfileTruth, Truth } from "./truth.ts";

/** How long it may take from a change's instant until the edge has committed it. */
const REQUEST_MS = 60_000;

/**
 * Finds entries of the membership log that say of time what it has not done: at their instant, to the millisecond, the
 * whole history that the edge had by then must change its answer so. Only profiles of one identity are looked at, since a
 * union brings another's history. Gives how many entries were looked at.
 */
export function checkInstants(
  database: Database,
  { profiles }: Truth,
  record: OperationRecord,
  fail: (problem: string) => void,
): number {
  let looked = 0;
  const versions = readVersions(database);
  const arrivals = readArrivals(database);
  for (const profile of profiles.values()) {
    if (profile.anonymousIds.size + Number(profile.userId !== null) !== 1) continue;
    for (const { segment, change, cause, at } of profile.log) {
      if (cause !== "time") continue;
      const plan = versions.planAt(at);
      const user = userBefore(profile, at, record, arrivals);
      if (user === undefined || plan === undefined) continue;
      looked++;
      const before = evaluate(plan, user, at - 1).has(segment);
      const after = evaluate(plan, user, at).has(segment);
      if (before === after || after !== (change === "entered")) {
        fail(`profile ${profile.id} has not ${change} ${segment} at ${at}`);
      }
    }
  }
  return looked;
}

/** What was known of a user just before an instant; undefined where a clock was shifted, so that it cannot be told. */
function userBefore(
  profile: ProfileTruth,
  at: number,
  record: OperationRecord,
  arrivals: ReadonlyMap<string, number>,
) {
  const isKnown = (id: string): boolean => (arrivals.get(`${profile.id} ${id}`) ?? at) < at;
  const events = [...profile.events.values()].filter(({ id }) => isKnown(id));
  const writes = [...profile.writes].filter(isKnown).map((id) => record.withId(id));
  if (writes.some((op) => op?.wire === undefined || op.wire.isShifted || op.mayBeGone)) return undefined;
  const traits = foldTraits(
    {},
    writes.flatMap((op) =>
      op?.wire ? [{ id: op.wire.id, ts: op.wire.ts, set: { ...op.set, note: op.n } }] : [],
    ),
  );
  return { id: profile.userId, traits: traitsOf(traits), events };
}

function readArrivals(database: Database): Map<string, number> {
  const rows = database.select(
    "select profile, id, received_at from events union all select profile, id, received_at from writes",
  );
  return new Map(rows.map(({ profile, id, received_at }) => [`${profile} ${id}`, Number(received_at)]));
}

/** Rulesets come back in many runs. */
const plans = new Map<string, Plan>();

function readVersions(database: Database) {
  const rows = database.select(
    "select segment, definition, saved_at from segment_versions order by saved_at, version",
  );
  const saved = rows.map(({ segment, definition, saved_at }) => {
    const rule: Rule = JSON.parse(String(definition)).rule;
    return { segment: String(segment), rule, at: Number(saved_at) };
  });
  return {
    /** The definitions in force at an instant; undefined where a change was under way. */
    planAt(at: number): Plan | undefined {
      if (saved.some((version) => version.at <= at && version.at > at - REQUEST_MS)) return undefined;
      const rules = new Map(
        saved.filter((version) => version.at <= at).map(({ segment, rule }) => [segment, { rule }]),
      );
      const segments = Object.fromEntries([...rules].sort(([a], [b]) => (a < b ? -1 : 1)));
      const key = JSON.stringify(segments);
      const plan = plans.get(key) ?? compile({ zone: "UTC", segments, computed: {} });
      plans.set(key, plan);
      return plan;
    },
  };
}
