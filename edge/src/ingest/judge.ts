import { clampInstant, isTimestamp, LIMITS } from "@muster/rules";
import { type Acknowledgement, type Operation, operation } from "@muster/rules/wire";
import { firstIssue, pointer } from "../http/check.ts";

/** An operation that may be applied, or what is wrong with it; `index` is its place in the request. */
export type Judged = { index: number; operation: Operation } | { index: number; refused: Acknowledgement };

/**
 * Judges each operation by itself, so that a bad one harms no other; first their instants are moved by `shift` ms,
 * by which the clock was slow that gave them.
 */
export function judge(operations: readonly unknown[], shift = 0): Judged[] {
  return operations.map((given, index) => {
    const input = shift === 0 ? given : move(given, shift);
    const refuse = (code: string, path: readonly PropertyKey[], detail: string): Judged => {
      const problem = { code, path: pointer(["ops", index, ...path]), detail };
      return { index, refused: { index, id: idOf(input), status: "refused", problem } };
    };
    if (byteLength(JSON.stringify(input), LIMITS.operation) > LIMITS.operation) {
      return refuse("operation-too-large", [], `An operation may hold ${LIMITS.operation} bytes of JSON.`);
    }
    const result = operation.safeParse(input);
    if (result.success) return { index, operation: result.data };
    const { path, detail } = firstIssue(result.error);
    return refuse("operation-invalid", path, detail);
  });
}

/** An instant on the wire stays one; whatever else stands in its place is left for the schema to judge. */
function move(input: unknown, shift: number): unknown {
  if (typeof input !== "object" || input === null || !("ts" in input)) return input;
  const { ts } = input;
  if (typeof ts !== "number" || !Number.isInteger(ts)) return input;
  const moved = ts + shift;
  return { ...input, ts: isTimestamp(ts) ? clampInstant(moved) : moved };
}

const FULL = {
  "traits-full": ["/set", "The user has as many traits as there may be; remove some that are not needed."],
  "state-full": [
    "",
    "The user's past has no room for it until older events no longer count for any segment.",
  ],
} as const;

/** What is said of an operation that has no room in the profile, be it for its traits or for its event. */
export function refuseFull(index: number, id: string, code: keyof typeof FULL): Acknowledgement {
  const [place, detail] = FULL[code];
  return { index, id, status: "refused", problem: { code, path: `/ops/${index}${place}`, detail } };
}

/** What is said of an operation under an anonymous id that has become a user's, where nothing shows that user. */
export function refuseUnproven(index: number, id: string): Acknowledgement {
  const detail = "The anonymous id is an identified user's: send that user's token.";
  const problem = { code: "identity-required", path: `/ops/${index}/anonymousId`, detail };
  return { index, id, status: "refused", problem };
}

function idOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null || !("id" in input)) return null;
  return typeof input.id === "string" && input.id.length <= LIMITS.id ? input.id : null;
}

/** Bytes in UTF-8, counted only where the number of UTF-16 units leaves it open on which side of the limit. */
function byteLength(text: string, limit: number): number {
  return text.length > limit || text.length * 3 <= limit
    ? text.length
    : new TextEncoder().encode(text).length;
}
