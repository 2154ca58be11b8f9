import jsonLogic from "json-logic-js";
import { at, decideEach, type Engine } from "../engine.ts";
import { type JsonLogic, toJsonLogic } from "../json-logic.ts";

export const engine: Engine = {
  write: (segments) => JSON.stringify(segments.map(toJsonLogic)),
  open(text, users) {
    const rules: JsonLogic[] = JSON.parse(text);
    const data = users.map(({ traits }) => traits);
    return decideEach(
      rules.length,
      (segment, user) => jsonLogic.apply(at(rules, segment), at(data, user)) === true,
    );
  },
};
