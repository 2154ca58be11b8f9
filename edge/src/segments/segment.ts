import { findCycle, LIMITS, parseRule, type Rule, type Ruleset, references } from "@muster/rules";
import { count, eq, ne } from "drizzle-orm";
import { orm, prepare } from "../db/orm.ts";
import { segments, segmentVersions } from "../db/schema.ts";
import { checkParsed } from "../http/check.ts";
import { Problem } from "../problem.ts";

/** A segment as it is kept and answered; only dynamic ones have a rule. */
export type Segment = typeof segments.$inferSelect;

/** @throws Problem `not-found` */
export async function findSegment(db: D1Database, key: string): Promise<Segment> {
  const [row] = await orm(db).select().from(segments).where(eq(segments.key, key));
  if (row === undefined) throw new Problem("not-found", `There is no segment ${JSON.stringify(key)}.`);
  return row;
}

/** The statements that save a version of a segment; it is the one in force from then on. */
export function saveSegment(db: D1Database, segment: Segment): D1PreparedStatement[] {
  const { key, version, updatedAt: savedAt } = segment;
  const { key: _, createdAt: __, ...values } = segment;
  return [
    prepare(
      db,
      orm(db).insert(segments).values(segment).onConflictDoUpdate({ target: segments.key, set: values }),
    ),
    prepare(
      db,
      orm(db).insert(segmentVersions).values({ segment: key, version, definition: segment, savedAt }),
    ),
  ];
}

/**
 * The rule as it is kept, once it is known to be valid beside all others.
 * @throws Problem `rule-invalid` or `cycle`, with the path in the request's body
 */
export async function checkRule(db: D1Database, key: string, json: unknown): Promise<Rule> {
  const rule = checkParsed(parseRule(json), "/rule");
  for (const [named, at] of references(rule)) {
    if (!named.startsWith("$")) continue;
    const detail =
      "invalid-value: a segment whose key begins with $ is what decisions became, not to be named.";
    throw new Problem("rule-invalid", detail, { path: `/rule${at}`, reason: "invalid-value" });
  }
  const rows = await orm(db)
    .select({ key: segments.key, rule: segments.rule })
    .from(segments)
    .where(ne(segments.status, "archived"));
  const others: Record<string, Ruleset["segments"][string]> = Object.create(null);
  for (const row of rows) if (row.rule !== null) others[row.key] = { rule: row.rule };
  const cycle = findCycle(key, rule, others);
  if (cycle !== null) throw new Problem("cycle", cycle.detail, { path: `/rule${cycle.path}` });
  return rule;
}

/** @throws Problem where no further segment fits, or the key is taken */
export async function checkRoom(db: D1Database, key: string): Promise<void> {
  const [same] = await orm(db).select({ key: segments.key }).from(segments).where(eq(segments.key, key));
  if (same !== undefined) {
    throw new Problem(
      "duplicate-key",
      `There is a segment ${JSON.stringify(key)} already; change it with PATCH.`,
      {
        path: "/key",
      },
    );
  }
  const [size] = await orm(db)
    .select({ live: count() })
    .from(segments)
    .where(ne(segments.status, "archived"));
  if ((size?.live ?? 0) >= LIMITS.segments) {
    throw new Problem("too-many-segments", `${LIMITS.segments} may exist; archive one that is not needed.`);
  }
}
