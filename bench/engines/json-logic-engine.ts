import { LogicEngine } from "json-logic-engine";
import { at, decideEach, type Engine } from "../engine.ts";
import { type JsonLogic, toJsonLogic } from "../json-logic.ts";

/** Interpreted: its compiled form needs `new Function`, which Workers and a strict CSP forbid. */
export const engine: Engine = {
  write: (segments) => JSON.stringify(segments.map(toJsonLogic)),
  open(text, users) {
    const rules: JsonLogic[] = JSON.parse(text);
    const engines = Array.from({ length: Math.ceil(rules.length / MOST_RULES) }, () => new LogicEngine());
    const data = users.map(({ traits }) => traits);
    return decideEach(rules.length, (segment, user) => {
      const logic = at(engines, Math.floor(segment / MOST_RULES));
      return logic.run(at(rules, segment), at(data, user)) === true;
    });
  },
};

/** After 500 rules new to it in a row an instance stops to optimise for good. */
const MOST_RULES = 400;
