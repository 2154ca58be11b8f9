import { PostHog } from "posthog-node";
import { at, type Engine } from "../engine.ts";
import { ASKED, decideEachLater, type Flag, groupsOf } from "../flags.ts";
import type { Condition } from "../segments.ts";

/** `isFeatureEnabled` and `getFeatureFlag` of the Node SDK with local evaluation; a cache brings the definitions. */
export const engine: Engine<Flag> = {
  write: (flags) => JSON.stringify(flags.map(toFlag)),
  async open(text, users) {
    const flags: ReturnType<typeof toFlag>[] = JSON.parse(text);
    const posthog = new PostHog("phc_bench", {
      host: "http://localhost:1",
      flagDefinitionCacheProvider: {
        getFlagDefinitions: () => ({ flags, groupTypeMapping: {}, cohorts: {} }),
        shouldFetchFlagDefinitions: () => false,
        onFlagDefinitionsReceived() {},
        shutdown() {},
      },
    });
    await posthog.waitForLocalEvaluationReady();
    const people = users.map(({ id, traits }) => ({ id, options: { ...LOCAL, personProperties: traits } }));
    return decideEachLater(flags.length, async (flag, user) => {
      const [{ key, filters }, { id, options }] = [at(flags, flag), at(people, user)];
      if (filters.multivariate === undefined)
        return (await posthog.isFeatureEnabled(key, id, options)) === true;
      return (await posthog.getFeatureFlag(key, id, options)) === ASKED;
    });
  },
};

const LOCAL = { onlyEvaluateLocally: true, sendFeatureFlagEvents: false } as const;

function toFlag(flag: Flag, index: number) {
  const { key, serve } = flag;
  const variants =
    serve.kind === "split"
      ? serve.shares.map(([key, rollout_percentage]) => ({ key, rollout_percentage }))
      : null;
  return {
    id: index + 1,
    name: key,
    key,
    active: true,
    deleted: false,
    is_simple_flag: false,
    rollout_percentage: null,
    ensure_experience_continuity: false,
    experiment_set: [],
    filters: {
      groups: groupsOf(flag, toProperties).map((properties) => ({
        properties,
        rollout_percentage: serve.kind === "rollout" ? serve.percentage : 100,
      })),
      ...(variants === null ? {} : { multivariate: { variants } }),
    },
  };
}

function toProperties(condition: Condition) {
  const property = (operator: string, value: string | number | string[]) => ({
    key: condition.trait,
    type: "person",
    operator,
    value,
  });
  switch (condition.op) {
    case "eq":
      return [property("exact", [String(condition.value)])];
    case "neq":
      return [property("is_not", [String(condition.value)])];
    case "in":
      return [property("exact", [...condition.value])];
    case "notIn":
      return [property("is_not", [...condition.value])];
    case "contains":
      return [property("icontains", condition.value)];
    case "startsWith":
      return [property("regex", `^${RegExp.escape(condition.value)}`)];
    case "between":
      return [property("gte", condition.value[0]), property("lte", condition.value[1])];
    case "exists":
      return [property("is_set", "is_set")];
    default:
      return [property(condition.op, condition.value)];
  }
}
