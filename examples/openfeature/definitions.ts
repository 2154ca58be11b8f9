import type { Definitions } from "../shop/server/define.ts";

const PLUS = {
  key: "plus",
  audience: { rule: { trait: "plan", op: "eq", value: "plus" } },
  variation: "better",
} as const;

const COMMON = { enabled: true, off: "usual", otherwise: "usual", rules: [PLUS] } as const;

/** How parcels come: a flag of each type, better for those whose plan is plus. */
export const DELIVERY: Definitions = {
  flags: {
    "evening-delivery": {
      name: "Delivery in the evening",
      type: "boolean",
      variations: { usual: false, better: true },
      ...COMMON,
    },
    "delivery-days": {
      name: "Days until it comes",
      type: "number",
      variations: { usual: 3, better: 1 },
      ...COMMON,
    },
    "delivery-note": {
      name: "What is said about it",
      type: "string",
      variations: { usual: "We ring once.", better: "We wait until you are home." },
      ...COMMON,
    },
  },
};
