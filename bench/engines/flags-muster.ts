import { createClient } from "@muster/node";
import { link } from "@muster/rules";
import { compileDecisions, type FlagRule, PLACES } from "@muster/rules/decisions";
import { at, decideEach, type Engine } from "../engine.ts";
import { ASKED, type Flag, OFF } from "../flags.ts";
import { toRule } from "../muster.ts";

/** `value` of the Node SDK, on the definitions that an edge ships. */
export const engine: Engine<Flag> = {
  write(flags) {
    const { segments, table } = compileDecisions({
      flags: Object.fromEntries(flags.map((flag) => [flag.key, toFlag(flag)])),
    });
    const program = link({ zone: "UTC", segments });
    return JSON.stringify({ version: "1", program, decisions: table });
  },
  async open(text, users) {
    const { decisions } = JSON.parse(text);
    const keys = Object.keys(decisions.flags);
    const isText = keys.map((key) => decisions.flags[key].variations[OFF] === OFF);
    const client = createClient({
      key: "mst_sec_bench",
      endpoint: "http://localhost",
      fetch: async () => new Response(text, { headers: { etag: '"1"' } }),
      onError: (error) => {
        throw error;
      },
    });
    await client.ready;
    const people = users.map(({ id, traits }) => ({ userId: id, traits }));
    return decideEach(keys.length, (flag, user) =>
      isText[flag]
        ? client.value(at(keys, flag), at(people, user), OFF) === ASKED
        : client.value(at(keys, flag), at(people, user), false),
    );
  },
};

function toFlag({ key, match, conditions, serve }: Flag) {
  const audience = { rule: toRule({ key, match, conditions }) };
  const rule = (serving: { variation: string } | { rollout: object }) =>
    ({ key: "rule", audience, ...serving }) as FlagRule;
  const base = { enabled: true, off: OFF, otherwise: OFF };
  if (serve.kind === "split") {
    const names = [...serve.shares.map(([name]) => name), OFF];
    const variations = Object.fromEntries(names.map((name) => [name, name]));
    return { type: "string" as const, variations, ...base, rules: [rule(draw(key, serve.shares))] };
  }
  const serving = serve.kind === "on" ? { variation: "on" } : draw(key, [["on", serve.percentage]]);
  return { type: "boolean" as const, variations: { on: true, off: false }, ...base, rules: [rule(serving)] };
}

function draw(salt: string, shares: readonly (readonly [name: string, percentage: number])[]) {
  let from = 0;
  const places = shares.map(([name, percentage]) => {
    const to = from + Math.round((PLACES * percentage) / 100);
    const range = [name, [[from, Math.min(to, PLACES)]]];
    from = to;
    return range;
  });
  return { rollout: { salt, places: Object.fromEntries(places) } };
}
