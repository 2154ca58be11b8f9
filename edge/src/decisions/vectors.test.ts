import { env } from "cloudflare:workers";
import type { Rule, UserEvent } from "@muster/rules";
import type { FlagValue, Moment, Overrides } from "@muster/rules/decide";
import type { DecisionDefinitions } from "@muster/rules/decisions";
import type { DecideResponse } from "@muster/rules/wire";
import { describe, expect, it } from "vitest";
import text from "../../../test/vectors/decisions.jsonl?raw";
import { TestEdge } from "../../test/edge.ts";
import { putDecisions } from "../../test/put-decisions.ts";

/** The cases of test/vectors/decisions.jsonl, as test/vectors/README.md describes them. */
interface Definitions {
  id: string;
  zone: string;
  segments: { [key: string]: { rule: Rule } };
  definitions: DecisionDefinitions;
}

interface Case {
  id: string;
  with: string;
  user: {
    id?: string;
    anonymousId?: string;
    traits?: { [name: string]: unknown };
    events?: UserEvent[];
  };
  now: number;
  ask: { flag: string; default?: FlagValue | null } | ({ placement: string } & Moment);
  overrides?: Overrides;
  exposed?: { [id: string]: string };
  ready?: boolean;
  expect: { errorCode?: string; reason: string; value?: unknown };
  until: number | null;
  exposure?: string;
}

interface Evaluation {
  key: string;
  value?: unknown;
  variant?: string;
  reason?: string;
  errorCode?: string;
  metadata?: { [name: string]: unknown };
}

const lines: (Definitions | Case)[] = text
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line));
const documents = lines.filter((line) => "definitions" in line);
const cases = lines.filter((line) => "ask" in line);

/** The edge has every answer, so no question finds it unprepared. */
const isNeverSo = ({ expect: { errorCode } }: Case) => errorCode === "PROVIDER_NOT_READY";
/** A caller's default and overrides stay with the caller; OFREP has no prompts. */
const fitsOfrep = (one: Case) => "flag" in one.ask && one.overrides === undefined;

async function startWith({ zone, segments, definitions }: Definitions): Promise<TestEdge> {
  const edge = await TestEdge.create();
  await edge.call("PATCH", "/v1/workspace", { zone });
  for (const [key, { rule }] of Object.entries(segments)) await edge.segment(key, rule);
  await putDecisions(edge, definitions);
  return edge;
}

const USERS = ["profiles", "identities", "events", "writes", "memberships", "membership_log"];

/** The ids of a case's user. A past is somebody's: where there is one there is a device. */
function idsOf({ user: { id: userId, anonymousId, events = [] } }: Case) {
  const device = userId === undefined && events.length > 0 ? "nobody" : undefined;
  return { userId, anonymousId: anonymousId ?? device };
}

/** What is not kept of someone who has no ids. */
function traitsOf(one: Case): { [name: string]: unknown } | undefined {
  const { userId, anonymousId } = idsOf(one);
  return userId === undefined && anonymousId === undefined ? one.user.traits : undefined;
}

/** Lets the edge know of this case's user, and of nobody else, at the case's instant. */
async function settle(edge: TestEdge, one: Case): Promise<void> {
  const { user, now, exposed = {} } = one;
  await env.DB.batch(USERS.map((table) => env.DB.prepare(`delete from ${table}`)));
  const { traits = {}, events = [] } = user;
  // What is told of decisions has happened for whoever takes it in.
  edge.now = Math.max(now, ...events.map(({ ts }) => ts));
  const owner = idsOf(one);
  const { userId, anonymousId } = owner;
  const ops = [
    // Somebody else was at the device before.
    ...Object.entries(exposed).map(([id, variation]) => {
      return {
        type: "track",
        id,
        name: "$exposure",
        ts: 0,
        props: { variation },
        userId: "another",
        anonymousId,
      };
    }),
    ...(Object.keys(traits).length > 0 ? [{ type: "set", id: "traits", ts: 0, set: traits, ...owner }] : []),
    ...events.map((event) => ({ type: "track", ...event, ...owner })),
  ];
  const isKept = userId !== undefined || anonymousId !== undefined;
  if (isKept && ops.length > 0)
    expect(await edge.batch(...ops)).toEqual(ops.map(() => expect.stringMatching(/stored|duplicate/)));
  edge.now = now;
}

/** An answer of OFREP in the words of the vectors; they name no versions of segments. */
function describeEvaluation(key: string, { value, variant, reason, errorCode, metadata = {} }: Evaluation) {
  if (errorCode !== undefined) return { reason: "ERROR", errorCode };
  const { rule, prerequisite, experiment, iteration, unit, settled } = metadata;
  const assignment = experiment && { flag: key, experiment, iteration, variation: variant, unit, settled };
  return {
    value,
    variation: variant,
    reason,
    ...(rule !== undefined && { rule }),
    ...(prerequisite !== undefined && { prerequisite }),
    ...(assignment !== undefined && { assignment }),
  };
}

/** By time alone nothing changes before the oracle says so, and it is said in time. */
function checkUntil(until: unknown, one: Case): void {
  if (until !== null) expect(until).toBeGreaterThan(one.now);
  if (one.until !== null) expect(until).toBeLessThanOrEqual(one.until);
}

async function checkOfrep(edge: TestEdge, one: Case): Promise<void> {
  const { ask, exposure, expect: expected } = one;
  if (!("flag" in ask)) return;
  const { userId: targetingKey, anonymousId } = idsOf(one);
  const context = { ...traitsOf(one), targetingKey, anonymousId };
  const evaluate = async <Body>(path: string, kind: "publishable" | "secret") =>
    (
      await edge.call<Body>(
        "POST",
        `/ofrep/v1/evaluate/flags${path}`,
        { context },
        { key: await edge.key(kind) },
      )
    ).body;
  const all = await evaluate<{ flags: Evaluation[] }>("", "publishable");
  const single = await evaluate<Evaluation>(`/${ask.flag}`, "secret");
  const { value: given, ...rest } = expected;
  if (expected.errorCode === "TYPE_MISMATCH") {
    expect(typeof single.value).not.toBe(typeof ask.default);
    return;
  }
  expect(describeEvaluation(ask.flag, single)).toEqual(expected.errorCode === undefined ? expected : rest);
  expect(single.key).toBe(ask.flag);
  if (expected.errorCode !== undefined) {
    expect(all.flags.map(({ key }) => key)).not.toContain(ask.flag);
    return;
  }
  expect(all.flags.find(({ key }) => key === ask.flag)).toEqual(single);
  checkUntil(single.metadata?.until ?? null, one);
  expect(single.metadata?.exposureId).toBe(exposure);
  const { results } = await env.DB.prepare("select id from events where id = ?")
    .bind(exposure ?? "")
    .all();
  expect(results.length > 0).toBe(exposure !== undefined);
}

async function checkDecide(edge: TestEdge, one: Case): Promise<void> {
  const { ask, overrides, now } = one;
  const asked =
    "flag" in ask ? { flags: [ask.flag], placements: [] } : { flags: [], placements: [ask.placement] };
  const { shownAt, leaving } = "flag" in ask ? {} : ask;
  const request = { ...idsOf(one), traits: traitsOf(one), overrides, moment: { shownAt, leaving }, ...asked };
  const { body } = await edge.call<DecideResponse>("POST", "/v1/decide", request, {
    key: await edge.key("secret"),
  });
  expect(body.now).toBe(now);
  const [decision] = [...Object.values(body.flags), ...Object.values(body.prompts)];
  const { flag, placement, until, content, segmentVersion, ...rest } = { ...decision } as Record<
    string,
    unknown
  >;
  const title = typeof content === "object" && content && "title" in content ? { title: content.title } : {};
  expect({ ...rest, ...title }).toEqual(one.expect);
  checkUntil(until, one);
}

describe.each(documents)("the vectors of $id at the edge (law 1)", { timeout: 120_000 }, (document) => {
  const own = cases.filter((one) => one.with === document.id && !isNeverSo(one));

  it.runIf(own.some(fitsOfrep))("over OFREP", async () => {
    const edge = await startWith(document);
    for (const one of own.filter(fitsOfrep)) {
      await settle(edge, one);
      await checkOfrep(edge, one).catch((error) => Promise.reject(new Error(one.id, { cause: error })));
    }
  });

  it.runIf(own.some((one) => !fitsOfrep(one)))("over POST /v1/decide", async () => {
    const edge = await startWith(document);
    for (const one of own.filter((one) => !fitsOfrep(one))) {
      await settle(edge, one);
      await checkDecide(edge, one).catch((error) => Promise.reject(new Error(one.id, { cause: error })));
    }
  });
});

it("is every case but those of an evaluator that lacks answers", () => {
  const ran = cases.filter((one) => !isNeverSo(one));
  const ofrep = ran.filter(fitsOfrep).length;
  expect({ all: cases.length, ofrep, decide: ran.length - ofrep }).toEqual({
    all: 631,
    ofrep: 449,
    decide: 169,
  });
});
