import { LIMITS } from "@muster/rules";
import {
  type SegmentList,
  segmentList,
  segment as segmentSchema,
  segmentStatus,
  segmentType,
} from "@muster/rules/wire";
import { and, asc, eq, gt, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { orm } from "../db/orm.ts";
import { segments } from "../db/schema.ts";
import { checkQuery } from "../http/check.ts";
import { pageLimit } from "../http/page.ts";
import { answer, guarded } from "../http/route.ts";
import { findSegment } from "../segments/segment.ts";

const query = z.strictObject({
  search: z.string().max(LIMITS.name).optional().describe("A part of the key or the name; A-Z as a-z"),
  status: segmentStatus.optional().describe("Left out: all but archived ones"),
  type: segmentType.optional(),
  limit: pageLimit,
  cursor: z.string().max(LIMITS.name).optional().describe("`next` of the page before"),
});

export const listSegments = guarded(
  {
    method: "get",
    path: "/v1/segments",
    summary: "List and search segments, by key",
    kinds: ["admin"],
    query,
    answer: { status: 200, description: "One page", schema: segmentList },
  },
  async ({ edge, url }) => {
    const { search, status, type, limit, cursor } = checkQuery(query, url);
    const rows = await orm(edge.db)
      .select()
      .from(segments)
      .where(
        and(
          status === undefined ? ne(segments.status, "archived") : eq(segments.status, status),
          type === undefined ? undefined : eq(segments.type, type),
          cursor === undefined ? undefined : gt(segments.key, cursor),
          search === undefined
            ? undefined
            : sql`instr(lower(${segments.key} || char(10) || ${segments.name}), lower(${search})) > 0`,
        ),
      )
      .orderBy(asc(segments.key))
      .limit(limit + 1);
    const page = rows.slice(0, limit);
    const response: SegmentList = {
      segments: page,
      next: rows.length > limit ? (page.at(-1)?.key ?? null) : null,
    };
    return answer(response);
  },
);

export const readSegment = guarded(
  {
    method: "get",
    path: "/v1/segments/{key}",
    summary: "Read a segment",
    kinds: ["admin"],
    answer: { status: 200, description: "The segment in its newest version", schema: segmentSchema },
  },
  async ({ edge, param }) => answer(await findSegment(edge.db, param("key"))),
);
