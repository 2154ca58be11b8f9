import { segment as segmentSchema, updateSegmentRequest } from "@muster/rules/wire";
import { changeDefinitions } from "../definitions/change.ts";
import { answer, guardedBody } from "../http/route.ts";
import { refreshOrWait } from "../memberships/refresh-or-wait.ts";
import { Problem } from "../problem.ts";
import { checkTransition } from "../segments/lifecycle.ts";
import { checkRule, findSegment, type Segment, saveSegment } from "../segments/segment.ts";

export const updateSegment = guardedBody(
  {
    method: "patch",
    path: "/v1/segments/{key}",
    summary: "Change a segment; each change is a version of its own",
    kinds: ["admin"],
    body: updateSegmentRequest,
    answer: { status: 200, description: "The segment in its new version", schema: segmentSchema },
  },
  async (call, { rule: json, ...body }) => {
    const { db } = call.edge;
    const key = call.param("key");
    const now = call.edge.runtime.now();
    const changed = await changeDefinitions(call, async () => {
      const old = await findSegment(db, key);
      if (body.status !== undefined) checkTransition(old.status, body.status);
      else if (old.status === "archived") {
        throw new Problem("segment-not-editable", "An archived segment stays as it is.");
      }
      if (json !== undefined && old.type !== "dynamic") {
        throw new Problem("wrong-segment-type", `A segment of type ${old.type} has no rule.`, {
          path: "/rule",
        });
      }
      const rule = json === undefined ? old.rule : await checkRule(db, key, json);
      // A paused segment keeps the members that it has, so they must be those of this moment.
      if (old.status === "active" && body.status === "paused") await refreshOrWait(call.edge);
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const result: Segment = { ...old, ...given, rule, version: old.version + 1, updatedAt: now };
      const { status, private: isPrivate } = result;
      const decides = json !== undefined || status !== old.status || isPrivate !== old.private;
      return { statements: saveSegment(db, result), result, decides };
    });
    return answer(changed);
  },
);
