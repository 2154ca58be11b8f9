import type { segmentStatus, segmentType } from "@muster/rules/wire";
import type { z } from "zod";

/** Rows as D1 gives them to a raw statement: JSON is text, a boolean is 0 or 1. */
interface WorkspaceRow {
  zone: string;
  personal_traits: string;
  computed: string;
  version: number;
}

export interface SegmentRow {
  key: string;
  type: z.infer<typeof segmentType>;
  status: z.infer<typeof segmentStatus>;
  rule: string | null;
  private: number;
}

export interface DefinitionRows {
  workspace: WorkspaceRow[];
  segments: SegmentRow[];
}

/** What definitions are built from: two statements, for a batch of the caller's. */
export function selectDefinitions(db: D1Database): [D1PreparedStatement, D1PreparedStatement] {
  return [
    db.prepare("select zone, personal_traits, computed, version from workspace where id = 1"),
    db.prepare(
      "select key, type, status, rule, private from segments where status <> 'archived' order by key",
    ),
  ];
}
