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

function makeEvent(set: DecisionSet, random: Random, index: number, now: number): Happening {
  const { experiments = {}, campaigns = {} } = set.definitions;
  const experiment =
    Object.keys(experiments)[random.below(99) % Math.max(1, Object.keys(experiments).length)];
  const campaign = Object.keys(campaigns)[random.below(99) % Math.max(1, Object.keys(campaigns).length)];
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
          iteration: random.oneOf([experiments[experiment]?.iteration ?? 1, 1, 2]),
          variation: random.oneOf(["a", "b", "gone"]),
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

function makePerson(set: DecisionSet, random: Random, now: number): Person {
  const events = Array.from({ length: random.below(7) }, (_, index) => makeEvent(set, random, index, now));
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
  const user = makePerson(set, random, now);
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
