import { LIMITS } from "@muster/rules";
import { type DecisionKind, type Experiment, PARTS } from "@muster/rules/decisions";
import { decisionKey, definitionList, savedDefinition, versionList } from "@muster/rules/wire";
import { z } from "zod";
import { findWarnings } from "../authoring/find-warnings.ts";
import { listDefinitions, listVersions, readDefinition } from "../authoring/read-definitions.ts";
import { archiveDefinition, putDefinition, type Subject } from "../authoring/save-definition.ts";
import type { StoredDefinition } from "../authoring/stored.ts";
import { checkQuery } from "../http/check.ts";
import { pageLimit } from "../http/page.ts";
import { answer, type Call, guarded, guardedBody, type Route } from "../http/route.ts";
import { Problem } from "../problem.ts";

const kinds = ["admin"] as const;

const listQuery = z.strictObject({
  search: z.string().max(LIMITS.name).optional().describe("A part of the key or the name; A-Z as a-z"),
  archived: z.stringbool().default(false).describe("Archived ones instead of the others"),
  limit: pageLimit,
  cursor: z.string().max(LIMITS.key).optional().describe("`next` of the page before"),
});

const versionQuery = z.strictObject({
  limit: pageLimit,
  cursor: z.coerce.number().int().optional().describe("`next` of the page before"),
});

/** Which definition a path names. */
export function subjectOf(kind: DecisionKind, { param }: Call): Subject {
  const key = decisionKey.safeParse(param("key"));
  if (key.success) return { kind, key: key.data };
  const detail = key.error.issues[0]?.message ?? "It is no key.";
  throw new Problem("invalid-parameter", detail, { path: "key" });
}

/** A definition as it is answered. */
function viewOf(one: StoredDefinition) {
  const { kind, key, version, createdAt, updatedAt, archivedAt } = one;
  const experiment: Experiment | null = kind === "experiment" ? JSON.parse(one.document) : null;
  return {
    key,
    version,
    ...(experiment && { iteration: experiment.iteration }),
    createdAt,
    updatedAt,
    archivedAt,
    definition: JSON.parse(one.definition),
  };
}

/** Answers a definition, with what its audiences name in vain. */
export async function respond({ edge }: Call, one: StoredDefinition): Promise<Response> {
  const part = PARTS[one.kind];
  const document = { [part]: { [one.key]: JSON.parse(one.document) } };
  const own = `/${part}/${one.key}`.length;
  const warnings = await findWarnings(edge.db, document);
  const view = {
    ...viewOf(one),
    warnings: warnings.map((each) => ({ ...each, path: each.path.slice(own) })),
  };
  return answer(view, 200, { etag: `"${one.version}"` });
}

/** What every kind of definition has: list, read, put, archive, versions. */
export function routesOf<Schema extends z.ZodType>(
  kind: DecisionKind,
  name: string,
  written: Schema,
): Route[] {
  const all = `/v1/${PARTS[kind]}`;
  const path = `${all}/{key}`;
  const saved = savedDefinition(written);
  return [
    guarded(
      {
        method: "get",
        path: all,
        summary: `List and search ${name}s, by key`,
        kinds,
        query: listQuery,
        answer: { status: 200, description: "One page", schema: definitionList(written) },
      },
      async ({ edge, url }) => {
        const { definitions, next } = await listDefinitions(edge.db, kind, checkQuery(listQuery, url));
        return answer({ definitions: definitions.map(viewOf), next });
      },
    ),
    guarded(
      {
        method: "get",
        path,
        summary: `Read a ${name}`.replace("a e", "an e"),
        kinds,
        answer: { status: 200, description: "Its newest version, which is also the ETag", schema: saved },
      },
      async (call) => respond(call, await readDefinition(call.edge.db, subjectOf(kind, call))),
    ),
    guardedBody(
      {
        method: "put",
        path,
        summary: `Make the ${name}, or replace it; what is the same again makes no version`,
        kinds,
        ifMatch: true,
        body: written,
        answer: { status: 200, description: "As it is kept now", schema: saved },
      },
      async (call, body) => respond(call, await putDefinition(call, subjectOf(kind, call), body)),
    ),
    guarded(
      {
        method: "delete",
        path,
        summary: `Archive the ${name}; refused while another definition needs it`,
        kinds,
        ifMatch: true,
        answer: { status: 204, description: "It is archived" },
      },
      async (call) => {
        await archiveDefinition(call, subjectOf(kind, call));
        return new Response(null, { status: 204 });
      },
    ),
    guarded(
      {
        method: "get",
        path: `${path}/versions`,
        summary: `List the saved versions of the ${name}, the newest first`,
        kinds,
        query: versionQuery,
        answer: { status: 200, description: "One page", schema: versionList(written) },
      },
      async (call) => {
        const query = checkQuery(versionQuery, call.url);
        return answer(await listVersions(call.edge.db, subjectOf(kind, call), query));
      },
    ),
  ];
}
