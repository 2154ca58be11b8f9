import { link } from "@muster/rules";
import type { Engine } from "../engine.ts";
import { decideBy, toRule } from "../muster.ts";

/** From the program that an edge ships: validated and linked there, once. */
export const engine: Engine = {
  write(segments) {
    const rules = Object.fromEntries(segments.map((segment) => [segment.key, { rule: toRule(segment) }]));
    const program = link({ zone: "UTC", segments: rules });
    return JSON.stringify({ program, keys: segments.map(({ key }) => key) });
  },
  open(text, users) {
    const { program, keys } = JSON.parse(text);
    return decideBy(program, keys, users);
  },
};
