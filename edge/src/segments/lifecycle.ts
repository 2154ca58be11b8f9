import type { segmentStatus } from "@muster/rules/wire";
import type { z } from "zod";
import { Problem } from "../problem.ts";

export type Status = z.infer<typeof segmentStatus>;

/** draft → active ⇄ paused → archived; any of them may be archived, and that is the end. */
const NEXT = new Map<Status, readonly Status[]>([
  ["draft", ["active", "archived"]],
  ["active", ["paused", "archived"]],
  ["paused", ["active", "archived"]],
  ["archived", []],
]);

/** @throws Problem `illegal-transition` that names where the status may go */
export function checkTransition(from: Status, to: Status): void {
  const next = NEXT.get(from) ?? [];
  if (next.includes(to) || (from === to && from !== "archived")) return;
  const choices = next.length === 0 ? "it stays as it is" : `it may become ${next.join(" or ")}`;
  throw new Problem("illegal-transition", `The segment is ${from}: ${choices}.`, { path: "/status" });
}
