import { isZone, parseComputed } from "@muster/rules";
import { updateWorkspaceRequest, type Workspace, workspace as workspaceSchema } from "@muster/rules/wire";
import { orm, prepare } from "../db/orm.ts";
import { workspace } from "../db/schema.ts";
import { changeDefinitions } from "../definitions/change.ts";
import { checkParsed } from "../http/check.ts";
import { answer, guarded, guardedBody } from "../http/route.ts";
import { Problem } from "../problem.ts";

const info = { path: "/v1/workspace", kinds: ["admin"] as const };

async function read(db: D1Database): Promise<Workspace> {
  const { zone, personalTraits, computed } = workspace;
  const [row] = await orm(db).select({ zone, personalTraits, computed }).from(workspace);
  if (row === undefined) throw new Error("the database was not migrated: it has no workspace");
  return row;
}

export const readWorkspace = guarded(
  {
    ...info,
    method: "get",
    summary: "Read the workspace's settings",
    answer: {
      status: 200,
      description: "Time zone, personal traits, computed traits",
      schema: workspaceSchema,
    },
  },
  async ({ edge }) => answer(await read(edge.db)),
);

export const updateWorkspace = guardedBody(
  {
    ...info,
    method: "patch",
    summary: "Change the workspace's settings; what is left out stays",
    body: updateWorkspaceRequest,
    answer: { status: 200, description: "The settings as they are now", schema: workspaceSchema },
  },
  async (call, body) => {
    if (body.zone !== undefined && !isZone(body.zone)) {
      throw new Problem("invalid-body", "Name an IANA time zone, such as Europe/Berlin.", { path: "/zone" });
    }
    if (body.computed !== undefined) checkParsed(parseComputed(body.computed), "/computed");
    const { db } = call.edge;
    const changed = await changeDefinitions(call, async () => {
      const old = await read(db);
      const { zone = old.zone, personalTraits = old.personalTraits, computed = old.computed } = body;
      const result = { zone, personalTraits, computed };
      return { statements: [prepare(db, orm(db).update(workspace).set(result))], result };
    });
    return answer(changed);
  },
);
