import { parseTime } from "./time.ts";

/** What a column's cells are read as. */
export const CELL_TYPES = ["auto", "string", "number", "boolean", "list", "time"] as const;
export type CellType = (typeof CELL_TYPES)[number];

export type Cell = { value: unknown } | { problem: string };

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A cell's value; an empty one is absent (undefined) whatever the type. `auto`: a number as JSON writes it, and
 * without loss, is a number; true and false are booleans; all else, 007 too, is text.
 */
export function parseCell(cell: string, type: CellType, zone: string | undefined): Cell {
  if (cell === "") return { value: undefined };
  switch (type) {
    case "string":
      return { value: cell };
    case "number": {
      const number = NUMBER.test(cell) ? Number(cell) : Number.NaN;
      return Number.isFinite(number)
        ? { value: number }
        : { problem: `"${cell}" is not a number such as -12.5` };
    }
    case "boolean":
      return readBoolean(cell) ?? { problem: `"${cell}" is neither true nor false` };
    case "list":
      return { value: cell.split(";").map((item) => item.trim()) };
    case "time": {
      const time = parseTime(cell, "iso", zone);
      return typeof time === "number" ? { value: time } : { problem: time };
    }
    case "auto":
      return readBoolean(cell) ?? { value: isExactNumber(cell) ? Number(cell) : cell };
  }
}

function readBoolean(cell: string): Cell | undefined {
  return cell === "true" ? { value: true } : cell === "false" ? { value: false } : undefined;
}

/** Ids of many digits would lose their last ones as numbers. */
function isExactNumber(cell: string): boolean {
  if (!NUMBER.test(cell)) return false;
  return Math.abs(Number(cell)) <= Number.MAX_SAFE_INTEGER;
}
