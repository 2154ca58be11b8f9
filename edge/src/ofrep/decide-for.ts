import type { KeyKind } from "@muster/rules/wire";
import type { z } from "zod";
import { Decider } from "../decisions/decider.ts";
import type { Call } from "../http/route.ts";
import { readIdentityToken } from "../identity/reach.ts";
import { placeOf } from "../ingest/place.ts";
import type { Bearer } from "../keys/bearer.ts";
import { type FoundUser, findUser } from "../profiles/find-user.ts";
import type { Ids } from "../profiles/scope.ts";
import { type evaluationRequest, readContext } from "./context.ts";

export const kinds: readonly KeyKind[] = ["publishable", "secret", "admin"];

/** Whom a context describes, and what decides for them. */
interface Subject {
  ids: Ids;
  now: number;
  /** Whether the key is one that a page shows to everyone. */
  isPublic: boolean;
  table: FoundUser["definitions"]["server"]["table"];
  decider: Decider;
}

/** Finds whom a request is about; whoever brings a publishable key decides by what browsers may know. */
export async function decideFor(
  { edge, request }: Call,
  body: z.infer<typeof evaluationRequest>,
  bearer: Bearer,
): Promise<Subject> {
  const { ids, traits } = readContext(body);
  const found = await findUser(edge, {
    ids,
    guard: { bearer, kinds, identityToken: readIdentityToken(request) },
    traits,
    exposures: true,
    place: placeOf(request.cf),
  });
  const { definitions, now } = found;
  const isPublic = found.kind === "publishable";
  const { table } = isPublic ? definitions.browser : definitions.server;
  return { ids, now, isPublic, table, decider: new Decider(found, table) };
}
