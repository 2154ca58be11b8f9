import type { DecisionDefinitions, Experiment, Flag } from "@muster/rules/decisions";

const HALF = 2 ** 31;
const ALL = 2 ** 32;

/** An experiment of two arms, half and half. */
export function experiment(salt: string, rest: Partial<Experiment> = {}): Experiment {
  const arms = { control: [[0, HALF]], treatment: [[HALF, ALL]] } as const;
  return { enabled: true, salt, iteration: 1, arms, ...rest };
}

/** A flag of text that an experiment decides; "off" where it has no part in it. */
export function flagOf(key: string, rest: Partial<Flag> = {}): Flag {
  return {
    type: "string",
    variations: { control: "A", treatment: "B", off: "off" },
    enabled: true,
    off: "off",
    otherwise: "off",
    rules: [{ key: "r", experiment: key }],
    ...rest,
  };
}

/** The same with all places in one arm. */
export function allIn(
  arm: "control" | "treatment",
  salt: string,
  rest: Partial<Experiment> = {},
): Experiment {
  const arms = { control: [], treatment: [], [arm]: [[0, ALL]] } as const;
  return experiment(salt, { ...rest, arms });
}

const onOff = {
  type: "boolean",
  variations: { on: true, off: false },
  off: "off",
  otherwise: "off",
} as const;

/** Flags, experiments and campaigns beside the segments of the rig. */
export const DECISIONS: DecisionDefinitions = {
  flags: {
    everyone: { ...onOff, enabled: true, otherwise: "on" },
    viewers: {
      ...onOff,
      enabled: true,
      rules: [{ key: "r", audience: { include: ["viewer"] }, variation: "on" }],
    },
    user: flagOf("user"),
    device: flagOf("device"),
    limits: {
      type: "json",
      variations: { few: { most: 1 }, many: { most: 9 } },
      enabled: true,
      off: "few",
      otherwise: "few",
      rules: [{ key: "pro", audience: { include: ["pro"] }, variation: "many" }],
    },
  },
  experiments: {
    user: experiment("s-user"),
    device: experiment("s-device", { unit: "device" }),
  },
  campaigns: {
    welcome: {
      kind: "prompt",
      placement: "home",
      enabled: true,
      content: { title: "Welcome", primary: { label: "Go", event: "went" }, secondary: { label: "No" } },
      caps: { once: true },
    },
  },
};
