import { EventEmitter } from "node:events";
import { type Context, Unleash, type UnleashConfig } from "unleash-client";
import { at, decideEach, type Engine } from "../engine.ts";
import type { Condition, Segment } from "../segments.ts";
import type { User } from "../users.ts";

type Repository = NonNullable<UnleashConfig["repository"]>;
export type Feature = NonNullable<ReturnType<Repository["getToggle"]>>;

export const engine: Engine = {
  write: (segments) => JSON.stringify(segments.map(toFeature)),
  async open(text, users) {
    const features: Feature[] = JSON.parse(text);
    const names = features.map(({ name }) => name);
    const unleash = await openClient(features);
    const contexts = users.map(toContext);
    return decideEach(names.length, (segment, user) =>
      unleash.isEnabled(at(names, segment), at(contexts, user)),
    );
  },
};

/** A client that makes no request and reads no file. */
export async function openClient(features: readonly Feature[]): Promise<Unleash> {
  const unleash = new Unleash({
    url: "http://localhost:1/",
    appName: "bench",
    repository: new MemoryRepository(features),
    disableMetrics: true,
    disableAutoStart: true,
  });
  await unleash.start();
  return unleash;
}

/** Features that are there from the start: no request, no file. */
class MemoryRepository extends EventEmitter implements Repository {
  #features: Map<string, Feature>;

  constructor(features: readonly Feature[]) {
    super();
    this.#features = new Map(features.map((feature) => [feature.name, feature]));
  }
  getToggle = (name: string) => this.#features.get(name);
  getToggles = () => [...this.#features.values()];
  getTogglesWithSegmentData = () => [];
  getSegment = () => undefined;
  stop(): void {}
  async start(): Promise<void> {
    this.emit("ready");
  }
}

export const toContext = ({ id, traits }: User): Context => ({
  userId: id,
  properties: Object.fromEntries(
    Object.entries(traits).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]),
  ),
});

/** The constraints of a strategy must all hold; one strategy that holds is enough. */
function toFeature({ key, match, conditions }: Segment) {
  const constraints = conditions.map(toConstraints);
  const groups = match === "all" ? [constraints.flat()] : constraints;
  return {
    name: key,
    enabled: true,
    strategies: groups.map((group) => ({ name: "default", parameters: {}, constraints: group })),
  };
}

export function toConstraints(condition: Condition): unknown[] {
  const constraint = { contextName: condition.trait, inverted: false };
  const list = (operator: string, values: readonly unknown[]) => ({
    ...constraint,
    operator,
    values: values.map(String),
  });
  const number = (operator: string, value: number) => ({
    ...constraint,
    operator,
    value: String(value),
    values: [],
  });
  switch (condition.op) {
    case "eq":
      return [
        typeof condition.value === "number"
          ? number("NUM_EQ", condition.value)
          : list("IN", [condition.value]),
      ];
    case "neq":
      return [list("NOT_IN", [condition.value])];
    case "in":
      return [list("IN", condition.value)];
    case "notIn":
      return [list("NOT_IN", condition.value)];
    case "contains":
      return [list("STR_CONTAINS", [condition.value])];
    case "startsWith":
      return [list("STR_STARTS_WITH", [condition.value])];
    case "between":
      return [number("NUM_GTE", condition.value[0]), number("NUM_LTE", condition.value[1])];
    case "exists":
      return [number("NUM_GTE", -Number.MAX_VALUE)];
    default:
      return [number(`NUM_${condition.op.toUpperCase()}`, condition.value)];
  }
}
