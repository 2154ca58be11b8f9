import { type FeatureDefinition, GrowthBookClient } from "@growthbook/growthbook";
import { at, decideEach, type Engine } from "../engine.ts";
import { ASKED, type Flag, OFF } from "../flags.ts";
import { toCondition } from "./growthbook.ts";

/** `isOn` and `getFeatureValue` of the SDK for servers, on a payload. */
export const engine: Engine<Flag> = {
  write: (flags) => JSON.stringify(Object.fromEntries(flags.map((flag) => [flag.key, toFeature(flag)]))),
  open(text, users) {
    const features: Record<string, FeatureDefinition> = JSON.parse(text);
    const client = new GrowthBookClient().initSync({ payload: { features } });
    const keys = Object.keys(features);
    const isText = keys.map((key) => features[key]?.defaultValue === OFF);
    const people = users.map(({ id, traits }) => ({ attributes: { id, ...traits } }));
    return decideEach(keys.length, (flag, user) =>
      isText[flag]
        ? client.getFeatureValue<string, string>(at(keys, flag), OFF, at(people, user)) === ASKED
        : client.isOn(at(keys, flag), at(people, user)),
    );
  },
};

function toFeature({ serve, ...flag }: Flag): object {
  const condition = toCondition(flag);
  switch (serve.kind) {
    case "on":
      return { defaultValue: false, rules: [{ condition, force: true }] };
    case "rollout":
      return {
        defaultValue: false,
        rules: [{ condition, force: true, coverage: serve.percentage / 100, hashAttribute: "id" }],
      };
    case "split": {
      const variations = serve.shares.map(([text]) => text);
      const weights = serve.shares.map(([, percentage]) => percentage / 100);
      return { defaultValue: OFF, rules: [{ condition, variations, weights, hashAttribute: "id" }] };
    }
  }
}
