import type { Operation } from "@muster/rules/wire";

export type Track = Extract<Operation, { type: "track" }>;

/** The names of what the SDK itself tells: no application has called for it. */
export type OwnEvent = "$exposure" | "$prompt";

export function isOwnEvent(name: string | undefined): name is OwnEvent {
  return name === "$exposure" || name === "$prompt";
}
