import { LIMITS } from "@muster/rules";
import { type Caps, type DecisionKind, type Experiment, PARTS } from "@muster/rules/decisions";
import {
  caps as capsSchema,
  decisionKey,
  decisionsChange,
  decisionsDocument,
  definitionList,
  iterateRequest,
  savedDefinition,
  versionList,
  writtenCampaign,
  writtenExperiment,
  writtenFlag,
  writtenGroup,
  writtenHoldout,
} from "@muster/rules/wire";
import { z } from "zod";
import { putCaps, readCaps } from "../authoring/caps.ts";
import { findWarnings } from "../authoring/find-warnings.ts";
import { listDefinitions, listVersions, readDefinition } from "../authoring/read-definitions.ts";
import { readDecisions, replaceDecisions } from "../authoring/replace-decisions.ts";
import {
  archiveDefinition,
  iterateExperiment,
  putDefinition,
  type Subject,
} from "../authoring/save-definition.ts";
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

function subjectOf(kind: DecisionKind, { param }: Call): Subject {
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

async function respond({ edge }: Call, one: StoredDefinition): Promise<Response> {
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
function routesOf<Schema extends z.ZodType>(kind: DecisionKind, name: string, written: Schema): Route[] {
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

const newIteration = guardedBody(
  {
    method: "post",
    path: "/v1/experiments/{key}/iterations",
    summary: "Draw everyone anew: a new iteration, by another definition where one is given",
    kinds,
    ifMatch: true,
    body: iterateRequest,
    answer: {
      status: 200,
      description: "The experiment in its new iteration",
      schema: savedDefinition(writtenExperiment),
    },
  },
  async (call, { definition }) => {
    const { key } = subjectOf("experiment", call);
    return respond(call, await iterateExperiment(call, key, definition));
  },
);

const getCaps = guarded(
  {
    method: "get",
    path: "/v1/caps",
    summary: "Read how often anyone sees any campaign",
    kinds,
    answer: { status: 200, description: "The caps; {} for none", schema: capsSchema },
  },
  async ({ edge }) => answer((await readCaps(edge.db)) ?? {}),
);

const replaceCaps = guardedBody(
  {
    method: "put",
    path: "/v1/caps",
    summary: "Say how often anyone sees any campaign; {} for no caps",
    kinds,
    body: capsSchema,
    answer: { status: 200, description: "The caps as they are now", schema: capsSchema },
  },
  async (call, body) => {
    const changed: Caps = await putCaps(call, body);
    return answer(changed);
  },
);

const getDecisions = guarded(
  {
    method: "get",
    path: "/v1/decisions",
    summary: "Read all definitions as code, with salts and places; the ETag is what If-Match asks for",
    kinds,
    answer: { status: 200, description: "What can be put again", schema: decisionsDocument },
  },
  async ({ edge }) => {
    const { version, ...all } = await readDecisions(edge.db);
    return answer(all, 200, { etag: `"${version}"` });
  },
);

const dryQuery = z.strictObject({
  dry: z.stringbool().default(false).describe("Say what it would do, and do nothing"),
});

const putDecisions = guardedBody(
  {
    method: "put",
    path: "/v1/decisions",
    summary: "Replace all definitions by a document, all or nothing; those that it lacks are archived",
    kinds,
    ifMatch: true,
    query: dryQuery,
    body: decisionsDocument,
    bodyLimit: LIMITS.decisions,
    answer: { status: 200, description: "What became of it", schema: decisionsChange },
  },
  async (call, body) => answer(await replaceDecisions(call, body, checkQuery(dryQuery, call.url).dry)),
);

/** The definitions of flags, experiments and campaigns. */
export const decisionRoutes: readonly Route[] = [
  ...routesOf("flag", "flag", writtenFlag),
  ...routesOf("experiment", "experiment", writtenExperiment),
  newIteration,
  ...routesOf("campaign", "campaign", writtenCampaign),
  ...routesOf("group", "exclusion group", writtenGroup),
  ...routesOf("holdout", "holdout", writtenHoldout),
  getCaps,
  replaceCaps,
  getDecisions,
  putDecisions,
];
