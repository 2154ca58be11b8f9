import { LIMITS } from "../../limits.ts";
import { pointer, quote, refuse } from "../../parse/problem.ts";
import type { FlagType, FlagValue, Json } from "../definitions.ts";

/** Counts what a value is made of, so that a large one is refused before it is read to its end. */
interface Size {
  left: number;
  path: string;
}

function take(size: Size, amount: number): void {
  size.left -= amount;
  if (size.left < 0) {
    refuse(
      size.path,
      "limit-variation",
      `a variation is made of at most ${LIMITS.variation} characters and items`,
    );
  }
}

function readAny(value: unknown, path: string, depth: number, size: Size): Json {
  take(size, typeof value === "string" ? value.length + 1 : 1);
  if (depth > LIMITS.depth)
    refuse(size.path, "limit-depth", `a variation has at most ${LIMITS.depth} levels`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value))
    return Array.from(value, (item: unknown, index) => readAny(item, pointer(path, index), depth + 1, size));
  if (typeof value === "object") {
    // `fromEntries` defines properties, so that `__proto__` becomes one like any other.
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        take(size, key.length);
        return [key, readAny(item, pointer(path, key), depth + 1, size)];
      }),
    );
  }
  refuse(path, "wrong-type", `${quote(value)} is nothing that JSON knows`);
}

/** The value of a variation of a flag of that type; a copy. */
export function readFlagValue(value: unknown, path: string, type: FlagType): FlagValue {
  const json = readAny(value, path, 1, { left: LIMITS.variation, path });
  const isOfType = type === "json" ? typeof json === "object" : typeof json === type;
  if (json === null || !isOfType) {
    const what = type === "json" ? "an object or a list" : `a ${type}`;
    refuse(path, "wrong-type", `${quote(value)} stands where ${what} is needed`);
  }
  return json;
}
