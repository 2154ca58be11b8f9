import { createHash } from "node:crypto";
import type { OperationInput } from "@muster/rules/wire";
import { deliver } from "../deliver.ts";
import { describeError, MusterError } from "../error.ts";
import { fitsBatch, type PreparedOperation, prepareOperation } from "../operation.ts";
import { type Header, RowProblem } from "./columns.ts";
import { type Context, EXIT, type Option, UsageError } from "./command.ts";
import type { CsvRecord } from "./csv.ts";
import { Progress } from "./progress.ts";
import { type CsvFile, openCsv } from "./read-rows.ts";
import { isZoneName } from "./time.ts";

/** Requests under way at once. */
const CONCURRENCY = 4;
/** ms that one batch is tried for while the edge is busy or away. */
const PATIENCE = 120_000;

/** Makes one row's operation; throws a RowProblem for a row that cannot be one. */
export type RowMapper = (fields: readonly string[], line: number) => OperationInput;

/** Options that imports share. */
export const IMPORT_OPTIONS: { readonly [name: string]: Option } = {
  user: { hint: "COL", help: "column of the user id" },
  anonymous: { hint: "COL", help: "column of the anonymous id, for rows whose user id is empty" },
  types: {
    hint: "COL:TYPE,…",
    help: "read columns as string, number, boolean, list (a;b) or time",
    multiple: true,
  },
  zone: { hint: "ZONE", help: "where times are meant that do not say so: UTC, +01:00, Europe/Paris" },
  delimiter: { hint: "CHAR", help: "what separates the columns (,)" },
};

export const IMPORT_DETAILS = `FILE is CSV in UTF-8 whose first line names the columns; - is standard input.
Without --types a cell that is a plain number or true or false is read as such; all else, 007 too, is text.
An empty cell is left out. Bad rows are named on standard error with their line and are not imported;
the last line on standard output is: read N, imported N, refused N.
Importing the same file again changes nothing.`;

/** Runs one import: reads, maps and sends rows as a stream, and answers the exit code. */
export async function importCsv(
  { args, edge, io }: Context,
  makeMapper: (header: Header, file: CsvFile) => RowMapper,
): Promise<number> {
  const delimiter = args.text("delimiter") ?? ",";
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter))
    throw new UsageError("--delimiter is one character");
  const zone = args.text("zone");
  if (zone !== undefined && !isZoneName(zone))
    throw new UsageError(`--zone: there is no time zone "${zone}"`);
  const path = args.positional("FILE");
  const file = await openCsv(path, delimiter, io.stdin);
  const toOperation = makeMapper(file.header, file);
  const progress = new Progress(io, file.size);
  const counts = { read: 0, imported: 0, duplicate: 0, refused: 0 };

  const refuse = (line: number, reason: string) => {
    counts.refused += 1;
    progress.line(`${path}:${line}: ${reason}`);
  };
  const send = async (rows: readonly Row[]) => {
    const outcomes = await deliver(edge, rows, {
      patience: PATIENCE,
      onRetry: ({ message }) => progress.line(message),
    });
    outcomes.forEach((outcome, index) => {
      if (outcome instanceof MusterError) refuse(rows[index]?.line ?? 0, describeError(outcome));
      else counts.imported += 1;
      if (outcome === "duplicate") counts.duplicate += 1;
    });
  };

  const sender = new Sender(send);
  try {
    for await (const { records, bytes } of file.chunks) {
      for (const record of records) {
        counts.read += 1;
        const row = readRow(record, file.header, toOperation);
        if (typeof row === "string") refuse(record.line, row);
        else await sender.add(row);
      }
      progress.show(counts.read, bytes);
    }
    await sender.end();
  } catch (thrown) {
    progress.line(
      `stopped after ${counts.imported} rows; to go on, run the same again: what is there stays as it is`,
    );
    throw thrown;
  }
  progress.end(counts.read);
  if (counts.duplicate > 0) io.err(`${counts.duplicate} of the imported rows were there already\n`);
  io.out(`read ${counts.read}, imported ${counts.imported}, refused ${counts.refused}\n`);
  return counts.refused === 0 ? EXIT.ok : EXIT.rowsRefused;
}

interface Row extends PreparedOperation {
  line: number;
}

/** Sends rows in full batches, a few at a time; `add` waits while too many are under way. */
class Sender {
  readonly #send: (rows: readonly Row[]) => Promise<void>;
  readonly #underWay = new Set<Promise<void>>();
  #rows: Row[] = [];
  #bytes = 0;

  constructor(send: (rows: readonly Row[]) => Promise<void>) {
    this.#send = send;
  }

  async add(row: Row): Promise<void> {
    if (!fitsBatch(this.#rows.length + 1, this.#bytes + row.size)) await this.#leave();
    this.#rows.push(row);
    this.#bytes += row.size;
  }

  async end(): Promise<void> {
    await this.#leave();
    await Promise.all(this.#underWay);
  }

  async #leave(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    this.#bytes = 0;
    if (this.#underWay.size >= CONCURRENCY) await Promise.race(this.#underWay);
    const sent = this.#send(rows);
    this.#underWay.add(sent);
    // A failure stays in the set, where the next wait meets it.
    sent.then(() => this.#underWay.delete(sent)).catch(() => {});
  }
}

/** A row ready to be sent, or why it is not. */
function readRow(record: CsvRecord, { names }: Header, toOperation: RowMapper): Row | string {
  if ("problem" in record) return record.problem;
  const { fields, line } = record;
  if (fields.length !== names.length) return `${fields.length} columns, the first line names ${names.length}`;
  if (fields.some((field) => field.includes("\ufffd"))) return "not UTF-8; convert the file first";
  try {
    return { ...prepareOperation(toOperation(fields, line)), line };
  } catch (thrown) {
    if (thrown instanceof RowProblem) return thrown.message;
    if (thrown instanceof MusterError) return describeError(thrown);
    throw thrown;
  }
}

/**
 * The same row of the same file has the same id, so that importing it again has no second effect. Ids are in
 * the order of lines: of two events of one instant, the one that stands first came first.
 */
export function rowId(line: number, fields: readonly string[], about: string | number): string {
  const hash = createHash("sha256").update(JSON.stringify([fields, about]));
  return `csv-${String(line).padStart(12, "0")}-${hash.digest("base64url").slice(0, 24)}`;
}

/** Who a row is about. Throws a RowProblem where neither id is there. */
export function ownerOfRow(
  fields: readonly string[],
  user: number | undefined,
  anonymous: number | undefined,
) {
  const userId = user === undefined ? "" : (fields[user] ?? "");
  if (userId !== "") return { userId };
  const anonymousId = anonymous === undefined ? "" : (fields[anonymous] ?? "");
  if (anonymousId !== "") return { anonymousId };
  const remedy = anonymous === undefined ? "; --anonymous COL would take another column for such rows" : "";
  throw new RowProblem(`whose row is it? There is no id${remedy}`);
}
