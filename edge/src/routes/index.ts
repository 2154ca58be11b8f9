import type { Route } from "../http/route.ts";
import { batch } from "./batch.ts";
import { bootstrap } from "./bootstrap.ts";
import { changes } from "./changes.ts";
import { createSegment } from "./create-segment.ts";
import { decide } from "./decide.ts";
import { decisionRoutes } from "./decisions.ts";
import { erase } from "./erase.ts";
import { evaluate } from "./evaluate.ts";
import { evaluateFlag } from "./evaluate-flag.ts";
import { evaluateFlags } from "./evaluate-flags.ts";
import { experimentResults } from "./experiment-results.ts";
import { createIdentityKey, listIdentityKeys, revokeIdentityKey } from "./identity-keys.ts";
import { createKey, listKeys, revokeKey } from "./keys.ts";
import { changeMembers, listMembers } from "./members.ts";
import { listMismatches } from "./mismatches.ts";
import { health, openapi } from "./open.ts";
import { listSegments, readSegment } from "./read-segments.ts";
import { readRefresh, refresh } from "./refresh.ts";
import { ruleset } from "./ruleset.ts";
import { sync } from "./sync.ts";
import { updateSegment } from "./update-segment.ts";
import { readWorkspace, updateWorkspace } from "./workspace.ts";

const served: Route[] = [
  sync,
  batch,
  ruleset,
  changes,
  evaluate,
  decide,
  evaluateFlag,
  evaluateFlags,
  bootstrap,
  erase,
  createSegment,
  listSegments,
  readSegment,
  updateSegment,
  listMembers,
  changeMembers,
  readWorkspace,
  updateWorkspace,
  ...decisionRoutes,
  createKey,
  listKeys,
  revokeKey,
  createIdentityKey,
  listIdentityKeys,
  revokeIdentityKey,
  readRefresh,
  refresh,
  listMismatches,
  experimentResults,
  health,
];

/** Everything that the edge serves. */
export const ROUTES: readonly Route[] = [...served, openapi(served)];
