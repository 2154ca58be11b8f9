import type { FlagDecision, FlagValue } from "@muster/rules/decide";
import type { Client } from "../client.ts";

/** A value of each of OpenFeature's types: a fallback of the type makes the client refuse flags of others. */
const SAMPLES = { boolean: false, string: "", number: 0, object: {} } as const;

export type FlagType = keyof typeof SAMPLES;

/** How many flags are remembered; an application that asks for more hears that any may have changed. */
const ASKED_FLAGS = 1_000;

/** The flags that an application has asked for, and what it was told last. */
export class AskedFlags {
  readonly #client: Client;
  readonly #told = new Map<string, { flag: string; type: FlagType; text: string }>();
  #isWhole = true;

  constructor(client: Client) {
    this.#client = client;
  }

  /** What the flag is now, if it is of this type; the user counts as having seen it. */
  ask(type: FlagType, flag: string): FlagDecision<FlagValue> {
    const decision = this.#client.details<string, FlagValue>(flag, SAMPLES[type]);
    const key = `${type} ${flag}`;
    if (this.#told.has(key) || this.#told.size < ASKED_FLAGS)
      this.#told.set(key, { flag, type, text: textOf(decision) });
    else this.#isWhole = false;
    return decision;
  }

  /** The flags that are no longer what the application was told; undefined where any may have become another. */
  findChanged(): string[] | undefined {
    const changed = new Set<string>();
    for (const one of this.#told.values()) {
      const text = textOf(
        this.#client.details<string, FlagValue>(one.flag, SAMPLES[one.type], { expose: false }),
      );
      if (text !== one.text) changed.add(one.flag);
      one.text = text;
    }
    return this.#isWhole ? [...changed] : undefined;
  }
}

/** What an application sees of a decision. */
function textOf({
  value,
  variation,
  reason,
  rule,
  segmentVersion,
  errorCode,
}: FlagDecision<unknown>): string {
  return JSON.stringify([value, variation, reason, rule, segmentVersion, errorCode]);
}
