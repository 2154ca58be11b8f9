import { exposureIdOf } from "./judge.ts";
import type { DecisionSet, Happening, Person, Question } from "./set.ts";
import { DAY, HOUR, T } from "./sets.ts";

/** Marsaglia's xorshift32: the same questions every time. */
export function createRandom(seed: number) {
  let state = seed;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  return { below, oneOf: <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0] };
}
type Random = ReturnType<typeof createRandom>;

const INSTANTS = [
  T - DAY,
  T - 1,
  T,
  T + 1,
  T + HOUR,
  T + DAY - 1,
  T + DAY,
  T + 2 * DAY,
  T + 9 * DAY,
] as const;
const BEFORE = [0, 1, HOUR, 12 * HOUR, DAY, 6 * DAY, 7 * DAY - 1, 7 * DAY, 30 * 60_000, -HOUR] as const;

/** The experiments that what is asked for may read, those of its group with them. */
function experimentsOf({ definitions }: DecisionSet, ask: Question["ask"]): string[] {
  const { flags = {}, campaigns = {}, experiments = {} } = definitions;
  const own =
    "flag" in ask
      ? (flags[ask.flag]?.rules ?? []).flatMap((rule) => ("experiment" in rule ? [rule.experiment] : []))
      : Object.values(campaigns).flatMap(({ experiment }) => (experiment ? [experiment.key] : []));
  const groups = own.map((key) => experiments[key]?.group?.key);
  const inGroup = Object.entries(experiments).filter(([, { group }]) => group && groups.includes(group.key));
  return [...own, ...own, ...inGroup.map(([key]) => key)];
}

function makeEvent(
  set: DecisionSet,
  ask: Question["ask"],
  random: Random,
  index: number,
  now: number,
): Happening {
  const { experiments = {}, campaigns = {} } = set.definitions;
  const near = experimentsOf(set, ask);
  const all = near.length > 0 && random.below(4) > 0 ? near : Object.keys(experiments);
  const experiment = all[random.below(Math.max(1, all.length))];
  const campaign = Object.keys(campaigns)[random.below(99) % Math.max(1, Object.keys(campaigns).length)];
  const current = (experiment && experiments[experiment]?.iteration) || 1;
  const kinds: [string, Happening["props"]][] = [
    ["visit", {}],
    ["visit", {}],
    ["purchase", { amount: random.below(200) }],
  ];
  if (experiment)
    for (let again = 0; again < 4; again++)
      kinds.push([
        "$exposure",
        {
          experiment,
          iteration: random.oneOf([current, current, 1, 2]),
          variation: random.oneOf(["a", "b", "a", "b", "gone"]),
        },
      ]);
  if (campaign) {
    kinds.push(
      ["$prompt", { campaign, action: random.oneOf(["shown", "shown", "dismissed"]) }],
      ["$prompt", { campaign, action: "shown" }],
      ["$page", { path: random.oneOf(["/docs/a", "/", "/shop"]) }],
      ["add_to_cart", { amount: random.oneOf([5, 10, "10"]) }],
    );
  }
  const [name, props] = kinds[random.below(kinds.length)] ?? ["visit", {}];
  return { id: `e${random.below(20) ? index : 0}`, name, ts: now - random.oneOf(BEFORE), props };
}

function makePerson(set: DecisionSet, ask: Question["ask"], random: Random, now: number): Person {
  const events = Array.from({ length: random.below(7) }, (_, index) =>
    makeEvent(set, ask, random, index, now),
  );
  const id = random.oneOf([`user-${random.below(500)}`, "ann", "edge", null, null]);
  const anonymousId = random.oneOf([`device-${random.below(500)}`, "device-9", null]);
  return {
    ...(id !== null && { id }),
    ...(anonymousId !== null && { anonymousId }),
    traits: {
      ...(random.below(2) && { beta: random.oneOf([true, true, false, "true"]) }),
      ...(random.below(2) && { spent: random.oneOf([99, 100, 500]) }),
      ...(random.below(3) && { plan: random.oneOf(["pro", "team", "free"]) }),
    },
    events,
  };
}

/** Any question about one of these definitions. */
export function makeQuestion(set: DecisionSet, random: Random): Question {
  const { flags = {}, campaigns = {}, experiments = {} } = set.definitions;
  const now = random.oneOf(INSTANTS);
  const placements = [...new Set(Object.values(campaigns).map(({ placement }) => placement))];
  const asks: Question["ask"][] = [
    ...Object.keys(flags).map((flag) => ({ flag })),
    ...placements.map((placement) => ({
      placement,
      ...(random.below(2) && { shownAt: now - random.oneOf([0, 29_999, 30_000, HOUR]) }),
      ...(random.below(2) && { leaving: random.oneOf([true, false]) }),
    })),
  ];
  const ask = asks[random.below(asks.length)] ?? { flag: "none" };
  const user = makePerson(set, ask, random, now);
  const exposed = Object.entries(experiments)
    .filter(([, { unit }]) => unit === "device" && user.anonymousId && random.below(3) === 0)
    .map(([key, { iteration }]) => [
      exposureIdOf(key, iteration, user.anonymousId ?? ""),
      random.oneOf(["a", "b", "gone"]),
    ]);
  return {
    with: set.id,
    user,
    now,
    ask,
    ...(exposed.length > 0 && { exposed: Object.fromEntries(exposed) }),
    ...(random.below(25) === 0 && { ready: false }),
  };
}
