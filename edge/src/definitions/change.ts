import { publishDefinitions } from "../changes/hubs.ts";
import { retryConflicts } from "../db/conflict.ts";
import type { Call } from "../http/route.ts";
import { refreshPopulation } from "../memberships/refresh.ts";

/** What a change of definitions comes to: its statements, and what is answered once they are committed. */
export interface Change<Result> {
  statements: D1PreparedStatement[];
  result: Result;
  /** Whether any decision, or where it is made, can change by it; left out, it can. */
  decides?: boolean;
  /** Whether any membership can change by it; left out, it can. */
  settles?: boolean;
}

const GUARD = `insert into conflicts (reason) select 'definitions' from workspace where id = 1 and version <> ?`;
const MOVE = `update workspace set version = max(version + 1, ?1),
  membership_version = iif(?2, max(version + 1, ?1), membership_version) where id = 1`;

/**
 * Changes definitions as `decide` says, which reads them and answers what to write; it is asked again when they
 * changed in between, so what it has checked holds. Who listens hears of it after the answer, and memberships follow.
 */
export async function changeDefinitions<Result>(
  { env, edge, defer }: Pick<Call, "env" | "edge" | "defer">,
  decide: () => Promise<Change<Result>>,
): Promise<Result> {
  const { db, runtime } = edge;
  const { result, decides = true } = await retryConflicts(runtime, async () => {
    const version = await db.prepare("select version from workspace where id = 1").first<number>("version");
    const change = await decide();
    const { decides = true, settles = true } = change;
    const move = decides ? [db.prepare(MOVE).bind(runtime.now(), settles ? 1 : 0)] : [];
    await db.batch([db.prepare(GUARD).bind(version), ...change.statements, ...move]);
    return change;
  });
  if (decides) defer(publishDefinitions(env, edge).then(() => refreshPopulation(edge)));
  return result;
}
