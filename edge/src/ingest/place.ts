import type { TraitState, TraitWrite } from "@muster/rules";

/** Where a request comes from, as Cloudflare sees it. */
export type Place = { readonly [Name in "country" | "region" | "city" | "timezone"]?: string };

const PREFIX = "edge.geo.";

/** The place of a request; what is not known of it is left out. */
export function placeOf(cf: Request["cf"]): Place {
  const place: Record<string, string> = {};
  for (const name of ["country", "region", "city", "timezone"]) {
    const value = cf?.[name];
    if (typeof value === "string" && value !== "") place[name] = value;
  }
  return place;
}

/**
 * The write that brings a user's place up to date, or null where it is. Its instant is 0, so that any write of
 * the application wins over it; among its own the later id wins.
 */
export function placeWrite(traits: TraitState, place: Place, now: number): TraitWrite | null {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(place)) {
    const entry = traits[name];
    if (entry === undefined || (entry.id.startsWith(PREFIX) && entry.value !== value)) set[name] = value;
  }
  if (Object.keys(set).length === 0) return null;
  return { id: `${PREFIX}${String(now).padStart(15, "0")}`, ts: 0, set };
}
