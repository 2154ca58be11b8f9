import { type MismatchList, mismatchList } from "@muster/rules/wire";
import { asc, desc } from "drizzle-orm";
import { orm } from "../db/orm.ts";
import { mismatches } from "../db/schema.ts";
import { answer, guarded } from "../http/route.ts";

export const listMismatches = guarded(
  {
    method: "get",
    path: "/v1/mismatches",
    summary: "How often browsers and the edge disagreed though both had seen the same; should be empty",
    kinds: ["admin"],
    answer: { status: 200, description: "Counts by segment, the largest first", schema: mismatchList },
  },
  async ({ edge }) => {
    const { segment, count } = mismatches;
    const rows = await orm(edge.db).select().from(mismatches).orderBy(desc(count), asc(segment));
    const response: MismatchList = { mismatches: rows };
    return answer(response);
  },
);
