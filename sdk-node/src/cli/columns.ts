import { CELL_TYPES, type CellType, parseCell } from "./cell.ts";
import { UsageError } from "./command.ts";

/** Why a row cannot be imported. */
export class RowProblem extends Error {
  override readonly name = "RowProblem";
}

/** The columns of a file, by the names in its first line. */
export class Header {
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** Where a column stands. Throws a UsageError that lists the columns there are. */
  indexOf(name: string, option: string): number {
    const index = this.names.indexOf(name);
    if (index < 0)
      throw new UsageError(`${option}: there is no column "${name}"; there are: ${this.names.join(", ")}`);
    if (this.names.lastIndexOf(name) !== index)
      throw new UsageError(`${option}: two columns are named "${name}"`);
    return index;
  }

  /** The same for an option that may be left out. */
  find(name: string | undefined, option: string): number | undefined {
    return name === undefined ? undefined : this.indexOf(name, option);
  }
}

interface Column {
  index: number;
  column: string;
  /** What the value is called in Muster. */
  name: string;
  type: CellType;
}

/** Reads some columns of a row as named, typed values. */
export class ValueReader {
  readonly #columns: readonly Column[];
  readonly #zone: string | undefined;

  /** `columns`: `column` or `column:name`; `types`: `column:type`. Throws a UsageError. */
  constructor(
    header: Header,
    option: string,
    columns: readonly string[],
    types: readonly string[],
    zone: string | undefined,
  ) {
    const typeOf = new Map(types.map(readType));
    this.#zone = zone;
    this.#columns = columns.map((spec) => {
      const [column, name] = splitAtColon(spec);
      return {
        index: header.indexOf(column, option),
        column,
        name: name ?? column,
        type: typeOf.get(column) ?? "auto",
      };
    });
    for (const column of typeOf.keys()) {
      if (this.#columns.some((mapped) => mapped.column === column)) continue;
      throw new UsageError(`--types: "${column}" is not among the columns of ${option}`);
    }
  }

  /** The row's values; an empty cell is left out. Throws a RowProblem. */
  read(fields: readonly string[]): Record<string, unknown> {
    const values: [string, unknown][] = [];
    for (const { index, column, name, type } of this.#columns) {
      const cell = parseCell(fields[index] ?? "", type, this.#zone);
      if ("problem" in cell) throw new RowProblem(`column ${column}: ${cell.problem}`);
      if (cell.value !== undefined) values.push([name, cell.value]);
    }
    return Object.fromEntries(values);
  }
}

function readType(spec: string): [column: string, type: CellType] {
  const [column, text] = splitAtColon(spec);
  const type = CELL_TYPES.find((known) => known === text);
  if (type === undefined)
    throw new UsageError(`--types: "${spec}" is not COLUMN:TYPE with one of ${CELL_TYPES.join(", ")}`);
  return [column, type];
}

function splitAtColon(spec: string): [before: string, after: string | undefined] {
  const colon = spec.lastIndexOf(":");
  return colon < 0 ? [spec, undefined] : [spec.slice(0, colon), spec.slice(colon + 1)];
}
