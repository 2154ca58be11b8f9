import type { Plan, User } from "@muster/rules";
import { retryConflicts } from "../db/conflict.ts";
import type { Edge } from "../edge.ts";
import type { Place } from "../ingest/place.ts";
import { userOf } from "../memberships/settle.ts";
import { Problem } from "../problem.ts";
import { historyAt } from "./history-at.ts";
import type { Profile } from "./profile.ts";
import { readState, type State, type StateRequest } from "./read-state.ts";
import { type Ids, identitiesOf, identityOf, scopeOfIdentities } from "./scope.ts";
import { WorkingSet } from "./working-set.ts";

export interface UserQuestion {
  ids: Ids;
  guard: NonNullable<StateRequest["guard"]>;
  /** Values that stand over the stored traits for this answer. */
  traits?: { readonly [name: string]: unknown } | undefined;
  /** An instant (ms) not after now; left out, now. */
  at?: number | undefined;
  /** Whether explanations are to be given, which need the whole past. */
  whole?: boolean | undefined;
  /** Whether the device's own exposures are asked for. */
  exposures?: boolean;
  /** Where the request comes from: a page is where its user is, of whom that may be all that is known; a server is not. */
  place?: Place;
}

export interface FoundUser extends Pick<State, "definitions" | "kind" | "exposures"> {
  /** The instant that is answered for. */
  now: number;
  /** Whether the edge has heard of this user. */
  known: boolean;
  /** Imagined, where it has not. */
  profile: Profile;
  /** The user and the device that were named, which are drawn for: a browser knows of no others. */
  named: { userId: string | null; anonymousId: string | null };
  /** The user as one of the definitions' plans sees them, with the question's traits. */
  as(plan: Plan): User;
}

/**
 * Finds one user in one read batch, or imagines them; nothing is written.
 * @throws Problem where the key may not do this, and where `at` is after now
 */
export function findUser(edge: Edge, question: UserQuestion): Promise<FoundUser> {
  const { ids, guard, traits, at, whole = false, exposures = false, place } = question;
  const { userId = null, anonymousId = null } = ids;
  const device = exposures && anonymousId !== null ? { id: anonymousId, at: at ?? null } : null;
  return retryConflicts(edge.runtime, async () => {
    const state = await readState(edge, {
      scope: scopeOfIdentities(identitiesOf(ids)),
      device,
      guard,
    });
    const { definitions, kind } = state;
    const current = edge.runtime.now();
    const now = at ?? current;
    if (now > current)
      throw new Problem("invalid-body", "Ask for now or an instant before.", { path: "/at" });
    const set = new WorkingSet(state, edge.runtime, current);
    const found = set.find(identityOf(ids));
    if (found !== undefined && (whole || now < found.history.since))
      found.history = await historyAt(edge.db, found, definitions, now, whole);
    const profile = found ?? set.imagine(ids, kind === "publishable" ? place : {});
    const as = (plan: Plan): User => {
      const user = userOf(profile, definitions, plan);
      return { ...user, traits: { ...user.traits, ...traits } };
    };
    const known = found !== undefined;
    const named = { userId, anonymousId };
    return { now, definitions, kind, known, profile, named, exposures: state.exposures, as };
  });
}
