import type { TraitWrite } from "./user.ts";

/** A trait as it stands, with the write that made it so; a removed one has the value null. */
export interface TraitEntry {
  value: unknown;
  ts: number;
  id: string;
}

/** A user's traits by name. A Map-like record without a prototype, so that any name is just a name. */
export type TraitState = { readonly [name: string]: TraitEntry };

function isLater(write: TraitWrite, entry: TraitEntry | undefined): boolean {
  return !entry || write.ts > entry.ts || (write.ts === entry.ts && write.id > entry.id);
}

/** The state after these writes: per trait the write with the largest `(ts, id)` wins (RULES.md §1). */
export function foldTraits(state: TraitState, writes: Iterable<TraitWrite>): TraitState {
  const next: { [name: string]: TraitEntry } = Object.assign(Object.create(null), state);
  for (const write of writes) {
    for (const [name, value] of Object.entries(write.set)) {
      if (isLater(write, next[name])) next[name] = { value: value ?? null, ts: write.ts, id: write.id };
    }
  }
  return next;
}

/** The values that stand, by name, as an evaluation reads them. */
export function traitsOf(state: TraitState): { readonly [name: string]: unknown } {
  const traits: { [name: string]: unknown } = Object.create(null);
  for (const [name, entry] of Object.entries(state)) if (entry.value !== null) traits[name] = entry.value;
  return traits;
}
