import { headOf, pack, unpack } from "./pack.ts";

/** The most decimal places of numbers that are kept as whole ones. */
const PLACES = 6;

/** What stands under one property of each event; undefined where nothing does. */
export type Column = unknown[];

/**
 * A column as JSON: numbers as text (the number of their decimal places, then, packed, one less than the least of
 * them and by how much each is more than that; 0 for none), other values as a list, nothing at all as "".
 */
export type SavedColumn = string | readonly unknown[];

export function writeColumn(column: Column): SavedColumn {
  if (column.every((value) => value === undefined)) return "";
  for (let places = 0; places <= PLACES; places++) {
    const scale = 10 ** places;
    const whole = column.map((value) => (typeof value === "number" ? Math.round(value * scale) : undefined));
    const fits = whole.every((number, at) => {
      if (number === undefined) return column[at] === undefined;
      return Number.isSafeInteger(number * 4) && number / scale === column[at];
    });
    if (!fits) continue;
    const head =
      whole.reduce((least: number, number) => Math.min(least, number ?? least), Number.MAX_SAFE_INTEGER) - 1;
    return (
      places +
      pack(
        head,
        whole.map((number) => (number === undefined ? 0 : number - head)),
      )
    );
  }
  return column.map((value) => value ?? null);
}

/** The column that was saved, of so many events. */
export function readColumn(saved: SavedColumn | undefined, length: number): Column {
  if (typeof saved === "object") return saved.map((value) => value ?? undefined);
  if (!saved) return new Array(length).fill(undefined);
  const column: Column = [];
  const scale = 10 ** Number(saved[0]);
  const head = headOf(saved, 1);
  unpack(saved, 1, (number) => column.push(number ? (head + number) / scale : undefined));
  return column;
}
