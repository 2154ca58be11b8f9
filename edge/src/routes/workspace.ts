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
  const [row] = await orm(db).select().from(workspace);
  if (row === undefined) throw new Error("the database was not migrated: it has no workspace");
  const { zone, personalTraits, computed, identityRequired: required, identityAudience: audience } = row;
  return { zone, personalTraits, computed, identity: { required, audience } };
}

export const readWorkspace = guarded(
  {
    ...info,
    method: "get",
    summary: "Read the workspace's settings",
    answer: {
      status: 200,
      description: "Time zone, personal traits, computed traits, identity",
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
      const { identity, ...definitions } = body;
      const result = { ...(await read(db)), ...body };
      const shown = identity && { identityRequired: identity.required, identityAudience: identity.audience };
      const changes = { ...definitions, ...shown };
      const statements =
        Object.keys(changes).length > 0 ? [prepare(db, orm(db).update(workspace).set(changes))] : [];
      return { statements, result, decides: Object.keys(definitions).length > 0 };
    });
    return answer(changed);
  },
);
