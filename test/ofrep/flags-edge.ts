import { type Edge, type EdgeOptions, startEdge } from "@muster/edge/dev";
import type { DecisionDefinitions, Flag } from "@muster/rules/decisions";

/** An edge with flags, as an admin and a server speak to it. */
export interface FlagsEdge extends Edge {
  secret: string;
  publishable: string;
  put(document: DecisionDefinitions): Promise<void>;
  call<Body>(method: string, path: string, body?: unknown): Promise<Body>;
}

export async function startFlagsEdge(options: EdgeOptions = {}): Promise<FlagsEdge> {
  const edge = await startEdge(options);
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await fetch(edge.url + path, {
      method,
      headers: { authorization: `Bearer ${edge.adminKey}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const makeKey = async (kind: string) =>
    (await call<{ key: string }>("POST", "/v1/keys", { kind, name: kind })).key;
  return {
    ...edge,
    call,
    secret: await makeKey("secret"),
    publishable: await makeKey("publishable"),
    put: (document) => call("PUT", "/v1/decisions", { document }),
  };
}

const plain = { enabled: true, off: "off", otherwise: "off" } as const;
const pros = {
  key: "pros",
  audience: { rule: { trait: "plan", op: "eq", value: "pro" } },
  variation: "on",
} as const;

/** A flag of each type, that is on for those whose plan is pro. */
export const FLAGS: { readonly [key: string]: Flag } = {
  "is-new": { type: "boolean", variations: { on: true, off: false }, ...plain, rules: [pros] },
  title: { type: "string", variations: { on: "Welcome", off: "" }, ...plain, rules: [pros] },
  limit: { type: "number", variations: { on: 0.5, off: 0 }, ...plain, rules: [pros] },
  layout: {
    type: "json",
    variations: { on: { columns: [1, { wide: null }] }, off: {} },
    ...plain,
    rules: [pros],
  },
  dark: { type: "boolean", variations: { on: true, off: false }, ...plain, enabled: false, otherwise: "on" },
};

const HALF = 2 ** 31;

/** A flag that an experiment decides, in which everyone is who is not drawn for `none`. */
export function experimentWith(arms: {
  on: [number, number][];
  off: [number, number][];
}): DecisionDefinitions {
  const rules = [{ key: "test", experiment: "exp" }];
  return {
    flags: { tested: { type: "boolean", variations: { on: true, off: false }, ...plain, rules } },
    experiments: { exp: { enabled: true, salt: "salt", iteration: 1, arms } },
  };
}

export const HALVES = experimentWith({ off: [[0, HALF]], on: [[HALF, 2 * HALF]] });
