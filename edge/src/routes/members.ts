import { LIMITS } from "@muster/rules";
import { changeMembersRequest, type MemberList, memberList } from "@muster/rules/wire";
import { z } from "zod";
import { bulk } from "../db/bulk.ts";
import { encodeText } from "../db/text.ts";
import { checkQuery } from "../http/check.ts";
import { pageLimit } from "../http/page.ts";
import { answer, guarded, guardedBody } from "../http/route.ts";
import { refreshPopulation } from "../memberships/refresh.ts";
import { refreshOrWait } from "../memberships/refresh-or-wait.ts";
import { Problem } from "../problem.ts";
import {
  DELETE_MEMBERS,
  INSERT_MEMBERS,
  OUTDATE_MEMBERS,
  pageOfList,
  pageOfProfiles,
} from "../segments/members.ts";
import { findSegment } from "../segments/segment.ts";

const query = z.strictObject({
  limit: pageLimit,
  cursor: z
    .string()
    .max(LIMITS.name * 8)
    .optional()
    .describe("`next` of the page before"),
});

export const listMembers = guarded(
  {
    method: "get",
    path: "/v1/segments/{key}/members",
    summary: "Who is in a segment at now; a static segment's list as it stands, whatever its status",
    kinds: ["secret", "admin"],
    query,
    answer: { status: 200, description: "One page", schema: memberList },
  },
  async ({ edge, url, param }) => {
    const { limit, cursor } = checkQuery(query, url);
    const { key, type } = await findSegment(edge.db, param("key"));
    if (type === "static") {
      const response: MemberList = {
        now: edge.runtime.now(),
        ...(await pageOfList(edge.db, key, limit, cursor)),
      };
      return answer(response);
    }
    if (!/^\d*$/.test(cursor ?? "")) {
      throw new Problem("invalid-parameter", "Send `next` of the page before.", { path: "cursor" });
    }
    await refreshOrWait(edge);
    const response: MemberList = {
      now: edge.runtime.now(),
      ...(await pageOfProfiles(edge.db, key, limit, cursor)),
    };
    return answer(response);
  },
);

export const changeMembers = guardedBody(
  {
    method: "post",
    path: "/v1/segments/{key}/members",
    summary: "Add ids to a static segment and remove some; removing comes last",
    kinds: ["admin"],
    body: changeMembersRequest,
    answer: { status: 204, description: "The list is changed" },
  },
  async ({ edge, param, defer }, { add, remove }) => {
    const { key, type, status } = await findSegment(edge.db, param("key"));
    if (type !== "static") {
      throw new Problem("wrong-segment-type", `The members of a ${type} segment follow from what it says.`);
    }
    if (status === "paused" || status === "archived") {
      throw new Problem("segment-not-editable", `A ${status} segment keeps its members.`);
    }
    const rows = (ids: readonly string[]) => ids.map((id) => [encodeText(id)]);
    await edge.db.batch([
      ...bulk(edge.db, INSERT_MEMBERS, rows(add), key, edge.runtime.now()),
      ...bulk(edge.db, DELETE_MEMBERS, rows(remove), key),
      ...bulk(edge.db, OUTDATE_MEMBERS, rows([...add, ...remove])),
      edge.db.prepare("select 1"),
    ]);
    defer(refreshPopulation(edge));
    return new Response(null, { status: 204 });
  },
);
