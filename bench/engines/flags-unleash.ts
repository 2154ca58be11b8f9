import { at, decideEach, type Engine } from "../engine.ts";
import { ASKED, type Flag, groupsOf } from "../flags.ts";
import { type Feature, openClient, toConstraints, toContext } from "./unleash.ts";

/** `isEnabled` and `getVariant` of the Node SDK, with features in memory. */
export const engine: Engine<Flag> = {
  write: (flags) => JSON.stringify(flags.map(toFeature)),
  async open(text, users) {
    const features: Feature[] = JSON.parse(text);
    const unleash = await openClient(features);
    const isText = features.map(({ strategies }) => strategies?.some(({ variants }) => variants?.length));
    const contexts = users.map(toContext);
    return decideEach(features.length, (flag, user) => {
      const [{ name }, context] = [at(features, flag), at(contexts, user)];
      return isText[flag]
        ? unleash.getVariant(name, context).name === ASKED
        : unleash.isEnabled(name, context);
    });
  },
};

function toFeature(flag: Flag) {
  const { key, serve } = flag;
  const strategies = groupsOf(flag, toConstraints).map((constraints) => ({
    constraints,
    ...strategyOf(key, serve),
  }));
  return { name: key, enabled: true, strategies };
}

/** Weights are in thousandths. */
function strategyOf(groupId: string, serve: Flag["serve"]) {
  if (serve.kind === "on") return { name: "default", parameters: {} };
  const rollout = serve.kind === "rollout" ? serve.percentage : 100;
  const variants = serve.kind === "split" ? serve.shares : [];
  return {
    name: "flexibleRollout",
    parameters: { rollout: String(rollout), stickiness: "userId", groupId },
    variants: variants.map(([name, percentage]) => ({ name, weight: 10 * percentage, stickiness: "userId" })),
  };
}
