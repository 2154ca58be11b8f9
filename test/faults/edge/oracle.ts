import { evaluate, foldTraits, type TraitWrite, traitsOf, type UserEvent } from "@muster/rules";
import type { Load } from "./load.ts";
import { planOf, RULES } from "./segments.ts";

interface Past {
  events: UserEvent[];
  writes: TraitWrite[];
}

/** What the evaluator of whole lists says of each user of the load, by key and segment. */
export function judge(load: Load, now: number): Map<string, Record<string, boolean>> {
  const plan = planOf(Object.keys(RULES));
  const pasts = new Map<string, Past>();
  for (const op of load.operations.values()) {
    const owner = op.userId ?? load.userOf(op.anonymousId ?? "") ?? op.anonymousId ?? "";
    const past = pasts.get(owner) ?? { events: [], writes: [] };
    pasts.set(owner, past);
    if (op.type === "track") past.events.push({ id: op.id, name: op.name, ts: op.ts, props: op.props ?? {} });
    else past.writes.push({ id: op.id, ts: op.ts, set: op.set ?? {} });
  }
  return new Map(
    [...pasts].map(([owner, { events, writes }]) => {
      const memberships = evaluate(plan, { traits: traitsOf(foldTraits({}, writes)), events }, now);
      return [owner, Object.fromEntries([...memberships].map(([key, { member }]) => [key, member]))];
    }),
  );
}
