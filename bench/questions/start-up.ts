import { makeTraitSegments, PEERS, type Question, swallow } from "../question.ts";

/**
 * From JSON text to the first user's answers to all segments, in a process that has only loaded the engine. Time
 * on the wall: what V8 compiles meanwhile on another core keeps nobody waiting.
 */
export const question: Question = {
  title: "Start-up: from text to the first answer of all segments",
  unit: "ms",
  engines: [...PEERS, "muster-ruleset", "json-logic-js"],
  base: "json-logic-js",
  sizes: [100, 1_000],
  make: makeTraitSegments,
  rounds: 15,
  cold: true,
  goals: [
    { engine: "muster", segments: 100, most: 3 },
    { engine: "muster", segments: 1_000, against: "json-logic-js", most: 2 },
  ],
  async measure({ engine, text, users, segments }) {
    const first = users.slice(0, 1);
    const start = performance.now();
    const opened = engine.open(text, first);
    const decider = opened instanceof Promise ? await opened : opened;
    const pending = decider.decideAll(0);
    const answers = pending instanceof Promise ? await pending : pending;
    const end = performance.now();
    for (let segment = 0; segment < segments; segment++) swallow(decider.has(answers, segment));
    return end - start;
  },
};
