import { hashText } from "../../murmur3.ts";
import type { TableSplit } from "../table.ts";

/** Whose place of 2^32 a unit has (RULES.md §7, before it becomes a percentage); undefined where it is nobody's. */
export function ownerOf({ seed, ends }: TableSplit, unit: string): string | undefined {
  const place = hashText(`${seed}:${unit}`);
  return ends.find(([end]) => place < end)?.[1] ?? undefined;
}
