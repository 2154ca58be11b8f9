import { at, type Engine } from "../engine.ts";
import { ASKED, decideEachLater, type Flag, groupsOf, OFF } from "../flags.ts";
import { openClient, toClauses } from "./launchdarkly.ts";

/** `boolVariation` and `stringVariation` of the SDK for servers, on test data. */
export const engine: Engine<Flag> = {
  write: (flags) => JSON.stringify(flags.map(toFlag)),
  async open(text, users) {
    const flags: ReturnType<typeof toFlag>[] = JSON.parse(text);
    const client = await openClient(flags);
    const isText = flags.map(({ variations }) => variations.includes(OFF));
    const contexts = users.map(({ id, traits }) => ({ kind: "user", key: id, ...traits }));
    return decideEachLater(flags.length, (flag, user) => {
      const [{ key }, context] = [at(flags, flag), at(contexts, user)];
      if (!isText[flag]) return client.boolVariation(key, context, false);
      return client.stringVariation(key, context, OFF).then((text) => text === ASKED);
    });
  },
};

function toFlag(flag: Flag) {
  const { key, serve } = flag;
  const variations: (boolean | string)[] =
    serve.kind === "split" ? [...serve.shares.map(([text]) => text), OFF] : [true, false];
  const off = variations.length - 1;
  return {
    key,
    version: 1,
    on: true,
    salt: key,
    variations,
    fallthrough: { variation: off },
    offVariation: off,
    rules: groupsOf(flag, toClauses).map((clauses, index) => ({
      id: `${key}-${index}`,
      clauses,
      ...servingOf(serve),
    })),
  };
}

/** Weights are in thousandths of a percent. */
function servingOf(serve: Flag["serve"]) {
  if (serve.kind === "on") return { variation: 0 };
  const weights =
    serve.kind === "rollout"
      ? [serve.percentage, 100 - serve.percentage]
      : serve.shares.map(([, percentage]) => percentage);
  const variations = weights.map((weight, variation) => ({ variation, weight: 1_000 * weight }));
  return { rollout: { kind: "rollout", contextKind: "user", variations } };
}
