import { createSegmentRequest, segment as segmentSchema } from "@muster/rules/wire";
import { bulk } from "../db/bulk.ts";
import { encodeText } from "../db/text.ts";
import { changeDefinitions } from "../definitions/change.ts";
import { answer, guardedBody } from "../http/route.ts";
import { Problem } from "../problem.ts";
import { INSERT_MEMBERS } from "../segments/members.ts";
import { checkRoom, checkRule, type Segment, saveSegment } from "../segments/segment.ts";

export const createSegment = guardedBody(
  {
    method: "post",
    path: "/v1/segments",
    summary: "Make a segment",
    kinds: ["admin"],
    body: createSegmentRequest,
    answer: { status: 201, description: "The segment, in its version 1", schema: segmentSchema },
  },
  async (call, { members, rule: json, ...body }) => {
    const { type, key } = body;
    if (type !== "dynamic" && json !== undefined) {
      throw new Problem("invalid-body", `A segment of type ${type} has no rule.`, { path: "/rule" });
    }
    if (type === "dynamic" && json === undefined) {
      throw new Problem("invalid-body", "A dynamic segment needs a rule.", { path: "" });
    }
    if (type !== "static" && members !== undefined) {
      throw new Problem("invalid-body", `The members of a ${type} segment are not listed.`, {
        path: "/members",
      });
    }
    const { db } = call.edge;
    const now = call.edge.runtime.now();
    const created = await changeDefinitions(call, async () => {
      await checkRoom(db, key);
      const rule = type === "dynamic" ? await checkRule(db, key, json) : null;
      const result: Segment = { ...body, rule, version: 1, createdAt: now, updatedAt: now };
      const rows = (members ?? []).map((member) => [encodeText(member)]);
      return {
        statements: [...saveSegment(db, result), ...bulk(db, INSERT_MEMBERS, rows, key, now)],
        result,
      };
    });
    return answer(created, 201);
  },
);
