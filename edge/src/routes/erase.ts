import { type EraseResponse, eraseRequest, eraseResponse } from "@muster/rules/wire";
import { answer, guardedBody } from "../http/route.ts";
import { eraseUser } from "../profiles/erase-user.ts";

/** For servers: forgets a user. */
export const erase = guardedBody(
  {
    method: "post",
    path: "/v1/erase",
    summary:
      "Erase all that is kept of a user: profile, identities, events, traits, memberships and their log. " +
      "Static lists are definitions: take the user's ids off them with POST /v1/segments/{key}/members",
    kinds: ["secret", "admin"],
    body: eraseRequest,
    answer: { status: 200, description: "Whether there was anything", schema: eraseResponse },
  },
  async ({ edge }, body) => {
    const response: EraseResponse = { erased: await eraseUser(edge.db, body) };
    return answer(response);
  },
);
