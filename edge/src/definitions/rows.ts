import type { segmentStatus, segmentType } from "@muster/rules/wire";
import type { z } from "zod";

/** Rows as D1 gives them to a raw statement: JSON is text, a boolean is 0 or 1. */
interface WorkspaceRow {
  zone: string;
  personal_traits: string;
  computed: string;
  version: number;
  membership_version: number;
  caps: string | null;
}

export interface SegmentRow {
  key: string;
  type: z.infer<typeof segmentType>;
  status: z.infer<typeof segmentStatus>;
  rule: string | null;
  private: number;
  version: number;
}

export interface DecisionRow {
  kind: "flag" | "experiment" | "campaign" | "group" | "holdout";
  key: string;
  document: string;
  private: number;
}

export interface DefinitionRows {
  workspace: WorkspaceRow[];
  segments: SegmentRow[];
  decisions: DecisionRow[];
}

/** What definitions are built from. */
export async function readDefinitionRows(db: D1Database): Promise<DefinitionRows> {
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const [workspace, segments, decisions] = await db.batch<never>([
    db.prepare(
      "select zone, personal_traits, computed, version, membership_version, caps from workspace where id = 1",
    ),
    db.prepare(
      "select key, type, status, rule, private, version from segments where status <> 'archived' order by key",
    ),
    db.prepare(
      "select kind, key, document, private from decisions where archived_at is null order by kind, key",
    ),
  ]);
  return {
    workspace: workspace?.results ?? [],
    segments: segments?.results ?? [],
    decisions: decisions?.results ?? [],
  };
}
