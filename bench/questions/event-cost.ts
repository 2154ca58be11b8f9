import {
  ALL_FEATURES,
  CurrentMemberships,
  evaluate,
  link,
  load,
  type Memberships,
  type Plan,
  type Rule,
  type User,
} from "@muster/rules";
import { UserState } from "@muster/rules/state";
import { now } from "../clock.ts";
import { at } from "../engine.ts";
import { swallow } from "../question.ts";
import { Random } from "../random.ts";
import { median, show, verdict } from "../report.ts";

/**
 * What does one event cost, with the memberships that it changes, where most segments read other things? There is
 * no peer: the question is whether the cost grows with the number of segments.
 */
const SIZES = [10, 100, 1_000, 10_000];
/** How many segments read the event's name. */
const READERS = 10;
const ROUNDS = 15;
/** Events of a round; evaluating everything takes fewer, so that a round stays short. */
const EVENTS = 2_000;
const EVALUATIONS = 50_000;
/** Events between two saves of the state. */
const BATCH = 50;
/** The most that 10,000 segments may cost, as times the cost of 10. */
const MOST = 1.5;

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

/** The segments that read `buy`: counts, with and without a condition, sums, latest instants, a sequence. */
function makeReader(index: number): Rule {
  const within = { hours: 6 + 4 * index };
  const kinds: Rule[] = [
    { event: "buy", within, op: "gte", value: 2 + index },
    { event: "buy", within, where: { prop: "amount", op: "gte", value: 50 }, op: "gte", value: 1 + index },
    { event: "buy", within, measure: { sum: "amount" }, op: "gte", value: 100 + 40 * index },
    { event: "buy", measure: "lastTime", op: "within", value: { hours: 1 + index } },
    { sequence: [{ event: "buy" }, { event: "buy", atMost: { hours: index } }], within },
  ];
  return at(kinds, index % kinds.length);
}

/** Segments that read the names of other events, of which the user has one each, or traits, or refer to others. */
function makeOther(index: number, random: Random): Rule {
  const name = `event-${index >> 2}`;
  const did: Rule = { event: name, within: { weeks: 5_000 }, op: "gte", value: 1 + (index % 2) };
  const has: Rule = { trait: `trait-${random.integer(0, 19)}`, op: "gte", value: random.integer(0, 1_000) };
  const rules: Rule[] = [did, has, { any: [did, has] }, { all: [{ segment: `other-${index - 2}` }, has] }];
  return at(rules, index % rules.length);
}

function makeRules(size: number): [key: string, definition: { rule: Rule }][] {
  const random = new Random(1);
  const every = size / READERS;
  return Array.from({ length: size }, (_, index) =>
    index % every === 0
      ? [`reader-${index}`, { rule: makeReader(index / every) }]
      : [`other-${index}`, { rule: makeOther(index, random) }],
  );
}

/** One user of a plan with so many segments, to whom the same events come whatever the size. */
class Subject {
  readonly #random = new Random(2);
  readonly #plan: Plan;
  readonly #state: UserState;
  readonly #user: User;
  readonly #current: CurrentMemberships;
  #now = START;
  #events = 0;

  constructor(size: number) {
    this.#plan = load(link({ zone: "UTC", segments: Object.fromEntries(makeRules(size)) }), ALL_FEATURES);
    this.#state = new UserState(this.#plan);
    for (let index = 0; index < size >> 2; index++) {
      this.#state.apply({ id: `o${index}`, name: `event-${index}`, ts: START - HOUR, props: {} });
    }
    const traits = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`trait-${index}`, index * 50]),
    );
    this.#user = { id: "ann", traits, events: [], past: this.#state.of(this.#plan) };
    this.#current = new CurrentMemberships(this.#plan, this.#user, this.#now);
  }

  /** The mean time (µs) of an event with the answers that it changes; `changes` is how many of these there were. */
  timeUpdates(events: number): { time: number; changes: number } {
    let changes = 0;
    const time = this.#time(events, () => {
      changes += this.#update();
    });
    this.#check();
    return { time, changes };
  }

  /** The mean time (µs) of an event with all answers. */
  timeEvaluations(events: number): number {
    const time = this.#time(events, () => swallow(this.#evaluate().has("reader-0")));
    this.#update();
    this.#check();
    return time;
  }

  /** Between batches, outside of what is timed, the state forgets, as it does when it is saved. */
  #time(events: number, answer: () => void): number {
    let time = 0;
    for (let open = events; open > 0; open -= BATCH) {
      this.#state.forget(this.#now);
      const start = now();
      for (let count = Math.min(open, BATCH); count > 0; count--) {
        this.#buy();
        answer();
      }
      time += now() - start;
    }
    return (time / events) * 1e3;
  }

  #buy(): void {
    this.#now += this.#random.integer(1, 4 * HOUR);
    const props = { amount: this.#random.integer(1, 100) };
    this.#state.apply({ id: `e${this.#events++}`, name: "buy", ts: this.#now, props });
  }

  #update(): number {
    return this.#current.update(this.#user, { events: ["buy"] }, this.#now).length;
  }

  #evaluate(): Memberships {
    return evaluate(this.#plan, this.#user, this.#now);
  }

  #check(): void {
    for (const [key, { member }] of this.#evaluate()) {
      if (this.#current.has(key) !== member) throw new Error(`${key} is not kept current`);
    }
  }
}

/** A markdown table: the curve, and beside it what evaluating everything takes. */
export function answer(): string {
  const rows = SIZES.map((size) => ({
    size,
    subject: new Subject(size),
    updates: [] as number[],
    everything: [] as number[],
    changes: 0,
  }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const row of rows) {
      const { time, changes } = row.subject.timeUpdates(EVENTS);
      const everything = row.subject.timeEvaluations(Math.max(5, Math.min(EVENTS, EVALUATIONS / row.size)));
      // The round before the first warms up.
      if (round === 0) continue;
      row.updates.push(time);
      row.everything.push(everything);
      row.changes += changes;
    }
  }
  const [{ updates: least, everything: leastOfAll }] = rows as [(typeof rows)[0]];
  const times = (figures: readonly number[], base: readonly number[]) =>
    median(figures.map((figure, round) => figure / at(base, round)));
  const last = at(rows, rows.length - 1);
  const ratio = times(last.updates, least);
  return [
    `### One event and the memberships that it changes: ${READERS} segments read its name`,
    "",
    "| segments | µs an event | times 10 segments | µs, all evaluated | times 10 segments | changes an event |",
    "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(({ size, updates, everything, changes }) => {
      const cells = [
        median(updates),
        times(updates, least),
        median(everything),
        times(everything, leastOfAll),
        changes / ROUNDS / EVENTS,
      ];
      return `| ${size.toLocaleString("en")} | ${cells.map(show).join(" | ")} |`;
    }),
    "",
    `- an event among ${last.size.toLocaleString("en")} segments takes ${show(ratio)} times what it takes among ` +
      `${READERS}; at most ${MOST}: ${verdict(ratio, MOST)}`,
    "",
  ].join("\n");
}
