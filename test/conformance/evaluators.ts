import {
  ALL_FEATURES,
  CurrentMemberships,
  compile,
  EventLog,
  evaluate,
  explain,
  foldTraits,
  link,
  load,
  type Membership,
  type Plan,
  type Ruleset,
  type TraitState,
  type TraitWrite,
  traitsOf,
  type User,
  type UserEvent,
} from "@muster/rules";
import { UserState } from "@muster/rules/state";
import type { Person } from "./cases.ts";

/** One user as an evaluator keeps them: what they do comes in, memberships at an instant come out. */
export interface Life {
  add(event: UserEvent): void;
  write(write: TraitWrite): void;
  /** Undefined for a segment that the evaluator does not know. */
  answer(key: string, now: number): Membership | undefined;
}

/** One way to find the memberships of a user. All of them must agree with the vectors. */
export interface Evaluator {
  name: string;
  begin(ruleset: Ruleset, person: Person): Life;
}

type Ask = (plan: Plan, key: string, user: User, now: number) => Membership | undefined;

/** Keeps the events in a log and the traits folded. */
function remember(plan: Plan, person: Person, ask: Ask): Life {
  const log = new EventLog(person.events);
  let state: TraitState = {};
  const user = { ...person, traits: person.traits ?? {}, events: log };
  return {
    add: (event) => void log.add(event),
    write: (write) => {
      state = foldTraits(state, [write]);
      user.traits = { ...person.traits, ...traitsOf(state) };
    },
    answer: (key, now) => ask(plan, key, user, now),
  };
}

/** Keeps everything as it came, and works it out anew for each answer. */
function recall(plan: Plan, person: Person, ask: Ask): Life {
  const events = [...(person.events ?? [])];
  const writes: TraitWrite[] = [];
  return {
    add: (event) => void events.push(event),
    write: (write) => void writes.push(write),
    answer: (key, now) => {
      const traits = { ...person.traits, ...traitsOf(foldTraits({}, writes.toReversed())) };
      return ask(plan, key, { ...person, traits, events }, now);
    },
  };
}

/** Reduces the past to a state, and answers from what is left of it after it was saved at that instant. */
function reduce(plan: Plan, person: Person): Life {
  const state = new UserState(plan);
  const log = new EventLog();
  const add = (event: UserEvent) => {
    if (log.add(event)) state.apply(event);
  };
  for (const event of person.events ?? []) add(event);
  return {
    ...remember(plan, person, (_, key, user, now) => {
      // A copy forgets, since the next question may be of an earlier instant.
      const copy = new UserState(plan);
      copy.merge(state);
      const past = new UserState(plan, JSON.parse(JSON.stringify(copy.save(now)))).of(plan);
      return evaluate(plan, { ...user, events: [], past }, now, [key]).get(key);
    }),
    add,
  };
}

/** Keeps the memberships from one answer to the next, and answers anew only what came between can change. */
function follow(plan: Plan, person: Person): Life {
  let current: CurrentMemberships | undefined;
  const events = new Set<string>();
  const traits = new Set<string>();
  const life = remember(plan, person, (_, key, user, now) => {
    current ??= new CurrentMemberships(plan, user, now);
    current.update(user, { events, traits }, now);
    events.clear();
    traits.clear();
    return current.get(key);
  });
  return {
    ...life,
    add: (event) => {
      events.add(event.name);
      life.add(event);
    },
    write: (write) => {
      for (const name of Object.keys(write.set)) traits.add(name);
      life.write(write);
    },
  };
}

export const EVALUATORS: readonly Evaluator[] = [
  {
    name: "all segments",
    begin: (ruleset, person) =>
      remember(compile(ruleset), person, (plan, key, user, now) => evaluate(plan, user, now).get(key)),
  },
  {
    name: "one segment",
    begin: (ruleset, person) =>
      recall(compile(ruleset), person, (plan, key, user, now) => evaluate(plan, user, now, [key]).get(key)),
  },
  {
    name: "shipped as JSON",
    begin: (ruleset, person) => {
      const program = JSON.parse(JSON.stringify(link(ruleset)));
      return remember(load(program, ALL_FEATURES), person, (plan, key, user, now) =>
        evaluate(plan, user, now, [key]).get(key),
      );
    },
  },
  { name: "kept current", begin: (ruleset, person) => follow(compile(ruleset), person) },
  { name: "state", begin: (ruleset, person) => reduce(compile(ruleset), person) },
  {
    name: "explained",
    begin: (ruleset, person) =>
      recall(compile(ruleset), person, (plan, key, user, now) => explain(plan, key, user, now)),
  },
];
