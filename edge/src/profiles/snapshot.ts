import { LIMITS, type Reads } from "@muster/rules";
import type { Cursor, Snapshot } from "@muster/rules/wire";
import type { Profile } from "./profile.ts";

/**
 * What a browser gets to know of its user: events and traits, and of them only what its program reads. A browser
 * whose cursor is not of this profile and epoch gets all of them, page by page.
 */
export function snapshotOf(profile: Profile, reads: Reads, cursor: Cursor | null): Snapshot {
  const id = String(profile.id);
  const continues =
    cursor !== null && cursor.profile === id && cursor.epoch === profile.epoch && cursor.seq <= profile.seq;
  const from = continues ? cursor.seq : 0;
  const any = reads.events.get("*");
  const waiting = profile.events.filter(
    (event) => event.seq > from && (any !== undefined || reads.events.has(event.name)),
  );
  waiting.sort((a, b) => a.seq - b.seq);
  const page = waiting.slice(0, LIMITS.page);
  const more = page.length < waiting.length;
  return {
    cursor: { profile: id, epoch: profile.epoch, seq: more ? (page.at(-1)?.seq ?? from) : profile.seq },
    reset: !continues,
    more,
    events: page.map(({ id, name, ts, props }) => {
      const properties = [...(reads.events.get(name) ?? []), ...(any ?? [])];
      return { id, name, ts, props: pick(props, properties) };
    }),
    traits: pick(profile.traits, reads.traits),
  };
}

/** The own properties with these names. */
function pick<Value>(
  from: { readonly [name: string]: Value },
  names: Iterable<string>,
): Record<string, Value> {
  const picked: [string, Value][] = [];
  for (const name of names) {
    const value = Object.getOwnPropertyDescriptor(from, name)?.value;
    if (value !== undefined) picked.push([name, value]);
  }
  return Object.fromEntries(picked);
}
