import type { DecisionTable } from "@muster/rules/decide";
import { DEFINITIONS_OF_A_KIND } from "./bounds.ts";
import { isRecord } from "./records.ts";
import { list, maybe, number, object, record, type Shape, text, truth, tuple } from "./shape.ts";

const split = object({ seed: text, ends: list(tuple(number)) });
const action = maybe(object({ label: text, url: maybe(text), event: maybe(text) }));
const content = object({
  title: text,
  text: maybe(text),
  image: maybe(object({ url: text, alt: text })),
  primary: action,
  secondary: action,
});
const running = { start: maybe(number), end: maybe(number) };

const state = object({
  from: maybe(number),
  enabled: truth,
  off: text,
  otherwise: text,
  overrides: list(tuple(text, text)),
  prerequisites: list(tuple(text, list(text))),
  rules: list(
    object({
      key: text,
      segment: maybe(text),
      version: maybe(text),
      variation: maybe(text),
      rollout: maybe(object({ split })),
      experiment: maybe(text),
    }),
  ),
});
const flag = object({
  variations: record((value) => value !== null),
  states: (states) => tuple(state)(states) && list(state)(states),
});
const experiment = object({
  ...running,
  iteration: number,
  arms: list(tuple(text, (segment) => segment === null || text(segment))),
  segment: maybe(text),
  gates: list(split),
  split,
  others: maybe(list(tuple(text, number))),
});
const campaign = object({
  ...running,
  key: text,
  segment: maybe(text),
  delay: maybe(number),
  content,
  experiment: maybe(text),
  contents: maybe(record(content)),
});

/** No more than a workspace may have of a kind, so that what leads from one flag to the next ends in time. */
const few =
  (shape: Shape): Shape =>
  (value) =>
    isRecord(value) && Object.keys(value).length <= DEFINITIONS_OF_A_KIND && shape(value);

const table = object({
  format: (format) => format === 1,
  flags: few(record(flag)),
  experiments: few(record(experiment)),
  placements: few(record(list(campaign))),
});

/** Whether these are decisions as an edge makes them, so that none of them throws. */
export function isTable(value: unknown): value is DecisionTable {
  return table(value);
}
