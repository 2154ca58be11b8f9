import type { Caps } from "@muster/rules/decisions";
import { changeDefinitions } from "../definitions/change.ts";
import type { Call } from "../http/route.ts";
import { Problem } from "../problem.ts";
import { checkDocument } from "./check-document.ts";
import { saveCaps } from "./stored.ts";

/** How often anyone sees any campaign; null where nobody has said so. */
export async function readCaps(db: D1Database): Promise<Caps | null> {
  const caps = await db.prepare("select caps from workspace where id = 1").first<string | null>("caps");
  return caps === null ? null : JSON.parse(caps);
}

/** @throws Problem `decision-invalid` */
export function putCaps(call: Call, json: unknown): Promise<Caps> {
  const checked = checkDocument({ caps: json }, () => false);
  if ("problem" in checked) {
    const { code: reason, path, detail } = checked.problem;
    throw new Problem("decision-invalid", `${reason}: ${detail}`, {
      path: path.slice("/caps".length),
      reason,
    });
  }
  const { caps = {} } = checked.document;
  const { db } = call.edge;
  return changeDefinitions(call, async () => ({
    statements: [saveCaps(db, Object.keys(caps).length === 0 ? null : caps)],
    result: caps,
    settles: false,
  }));
}
