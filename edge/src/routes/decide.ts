import { type DecideResponse, decideRequest, decideResponse } from "@muster/rules/wire";
import { Decider } from "../decisions/decider.ts";
import { answer, selfGuarded } from "../http/route.ts";
import { findUser } from "../profiles/find-user.ts";

const kinds = ["secret", "admin"] as const;

/** For servers, and for people who want to see what somebody sees. */
export const decide = selfGuarded(
  {
    method: "post",
    path: "/v1/decide",
    summary: "What flags and placements are for one user at now and, asked for, why; nothing is written",
    kinds,
    body: decideRequest,
    answer: { status: 200, description: "The decisions by flag and by placement", schema: decideResponse },
  },
  async ({ edge }, body, bearer) => {
    const { traits, at, explain: whole, overrides, moment = {} } = body;
    const found = await findUser(edge, {
      ids: body,
      guard: { bearer, kinds },
      traits,
      at,
      whole,
      exposures: true,
    });
    const { version, table } = found.definitions.server;
    const decider = new Decider(found, table, overrides);
    const { flags = Object.keys(table.flags), placements = Object.keys(table.placements) } = body;
    const response: DecideResponse = {
      now: found.now,
      version,
      known: found.known,
      flags: Object.fromEntries(flags.map((key) => [key, decider.flag(key)])),
      prompts: Object.fromEntries(placements.map((key) => [key, decider.prompt(key, moment)])),
      ...(whole === true && { segments: decider.explain() }),
    };
    return answer(response);
  },
);
