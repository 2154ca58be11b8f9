import { DATA_DEPTH, NAME_LENGTH } from "./bounds.ts";
import { isRecord } from "./records.ts";

/** What an application may hand over as properties or traits. */
export type Data = { readonly [name: string]: unknown };

/** The size that `value` has on the wire, in bytes. */
export function wireSize(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** Whether `name` can name an event or a trait. */
export function isName(name: unknown): name is string {
  return typeof name === "string" && name.length <= NAME_LENGTH;
}

/** Whether `userId` can be a user's. */
export function isUserId(userId: unknown): userId is string {
  return isName(userId) && userId !== "";
}

/** Whether no more than `levels` objects and arrays stand in one another. */
function isWithin(levels: number, value: unknown): boolean {
  return (
    !(value instanceof Object) ||
    (levels > 0 && Object.values(value).every((part) => isWithin(levels - 1, part)))
  );
}

/**
 * The data as it will stand on the wire, apart from what the caller holds, so that this device and the edge
 * see the same; undefined for what is not an object of JSON values with names and depth within bounds.
 */
export function takeData(data: unknown): Data | undefined {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(data ?? {}));
    return isRecord(copy) && Object.keys(copy).every(isName) && isWithin(DATA_DEPTH, copy) ? copy : undefined;
  } catch {
    return undefined;
  }
}
