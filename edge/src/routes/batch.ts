import { type BatchResponse, batchRequest, batchResponse } from "@muster/rules/wire";
import { answer, selfGuarded } from "../http/route.ts";
import { ingest } from "../ingest/ingest.ts";

/** For servers: operations of any number of users. */
export const batch = selfGuarded(
  {
    method: "post",
    path: "/v1/batch",
    summary: "Report operations of any number of users; each is judged by itself",
    kinds: ["secret", "admin"],
    body: batchRequest,
    answer: { status: 200, description: "What became of each operation", schema: batchResponse },
  },
  async ({ edge }, { ops: operations }, bearer) => {
    const { now, acks } = await ingest(edge, { operations, guard: { bearer, kinds: ["secret", "admin"] } });
    const response: BatchResponse = { now, acks };
    return answer(response);
  },
);
