import type { Explanation } from "@muster/rules";
import { printable } from "./table.ts";

/** An explanation as an indented tree: ✓ or ✗, the condition, what was compared, and the next change by time. */
export function formatExplanation(explanation: Explanation): string {
  const lines: string[] = [];
  const waiting: [Explanation, depth: number][] = [[explanation, 0]];
  for (let top = waiting.pop(); top !== undefined; top = waiting.pop()) {
    const [{ text, member, until, operand, parts = [] }, depth] = top;
    const notes = [
      ...(operand === undefined ? [] : [`it is ${JSON.stringify(operand)}`]),
      ...(until === null ? [] : [`until ${formatUntil(until)}`]),
    ];
    const note = notes.length === 0 ? "" : `  (${notes.join(", ")})`;
    lines.push(`${"  ".repeat(depth)}${member ? "✓" : "✗"} ${printable(text + note)}\n`);
    for (const part of parts.toReversed()) waiting.push([part, depth + 1]);
  }
  return lines.join("");
}

/** An instant as ISO 8601 in UTC; "-" for none. */
export function formatUntil(until: number | null): string {
  return until === null ? "-" : new Date(until).toISOString();
}
