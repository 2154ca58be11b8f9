import { LIMITS } from "@muster/rules";
import {
  caps as capsSchema,
  decisionsChange,
  decisionsDocument,
  iterateRequest,
  savedDefinition,
  writtenCampaign,
  writtenExperiment,
  writtenFlag,
  writtenGroup,
  writtenHoldout,
} from "@muster/rules/wire";
import { z } from "zod";
import { putCaps, readCaps } from "../authoring/caps.ts";
import { readDecisions } from "../authoring/read-decisions.ts";
import { replaceDecisions } from "../authoring/replace-decisions.ts";
import { iterateExperiment } from "../authoring/save-definition.ts";
import { checkQuery } from "../http/check.ts";
import { answer, guarded, guardedBody, type Route } from "../http/route.ts";
import { respond, routesOf, subjectOf } from "./definition-routes.ts";

const kinds = ["admin"] as const;

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
  async (call, body) => answer(await putCaps(call, body)),
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
    // What can be put by itself stands three levels deeper here.
    bodyLimits: { bytes: LIMITS.decisions, depth: LIMITS.depth + 3 },
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
