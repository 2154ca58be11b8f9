import { murmur3 } from "@muster/rules";
import { pick } from "@muster/rules/state";
import type { Cursor, Snapshot } from "@muster/rules/wire";
import type { Definitions } from "../definitions/definitions.ts";
import type { Profile } from "./profile.ts";

const encoder = new TextEncoder();

/**
 * Names what is known of a user. Someone who is not kept has no number of a profile: all of whom the same is known,
 * which is where they are, have the same name.
 */
export function cursorOf({ id, seq, stored, change, traits }: Profile): Cursor {
  if (stored !== null || change !== null) return { profile: String(id), seq };
  const values = Object.entries(traits).map(([name, { value }]) => [name, value]);
  const hash = murmur3(encoder.encode(JSON.stringify(values)));
  return { profile: `unknown-${hash.toString(36)}`, seq: 0 };
}

/** What a browser gets to know of its user: the past and the traits, and of them only what its program reads. */
export function snapshotOf(profile: Profile, { browser }: Definitions, now: number): Snapshot {
  const traits = [...browser.reads.traits].flatMap((name) => {
    const entry = Object.getOwnPropertyDescriptor(profile.traits, name)?.value;
    return entry === undefined ? [] : [[name, entry]];
  });
  return {
    cursor: cursorOf(profile),
    state: pick(profile.history.saved(now), browser.plan),
    traits: Object.fromEntries(traits),
  };
}
