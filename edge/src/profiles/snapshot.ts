import { pick } from "@muster/rules/state";
import type { Snapshot } from "@muster/rules/wire";
import type { Definitions } from "../definitions/definitions.ts";
import type { Profile } from "./profile.ts";

/** What a browser gets to know of its user: the past and the traits, and of them only what its program reads. */
export function snapshotOf(profile: Profile, { browser }: Definitions, now: number): Snapshot {
  const traits = [...browser.reads.traits].flatMap((name) => {
    const entry = Object.getOwnPropertyDescriptor(profile.traits, name)?.value;
    return entry === undefined ? [] : [[name, entry]];
  });
  return {
    cursor: { profile: String(profile.id), seq: profile.seq },
    state: pick(profile.history.saved(now), browser.plan),
    traits: Object.fromEntries(traits),
  };
}
