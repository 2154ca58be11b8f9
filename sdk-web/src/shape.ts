import { isRecord } from "./records.ts";

/** Whether a value that came from outside has a shape. */
export type Shape = (value: unknown) => boolean;

export const text: Shape = (value) => typeof value === "string";
export const number: Shape = (value) => typeof value === "number";
export const truth: Shape = (value) => typeof value === "boolean";

/** One that may be left out. */
export const maybe =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);

export const list =
  (item: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(item);

/** A list that begins with these. */
export const tuple =
  (...items: Shape[]): Shape =>
  (value) =>
    Array.isArray(value) && items.every((item, at) => item(value[at]));

/** An object whose values are alike. */
export const record =
  (item: Shape): Shape =>
  (value) =>
    isRecord(value) && Object.values(value).every(item);

/** An object with these of its properties. */
export const object =
  (fields: { readonly [name: string]: Shape }): Shape =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, shape]) => shape(value[name]));
