import { murmur3 } from "../../murmur3.ts";
import type { TableSplit } from "../table.ts";

const encoder = new TextEncoder();

/** MurmurHash3 x86 32-bit of a text's UTF-8. */
export function hashText(text: string, seed?: number): number {
  return murmur3(encoder.encode(text), seed);
}

/** Whose place of 2^32 a unit has (RULES.md §7, before it becomes a percentage); undefined where it is nobody's. */
export function ownerOf({ seed, ends }: TableSplit, unit: string): string | undefined {
  const place = hashText(`${seed}:${unit}`);
  return ends.find(([end]) => place < end)?.[1] ?? undefined;
}
