import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Header } from "./columns.ts";
import { UsageError } from "./command.ts";
import { CsvReader, type CsvRecord } from "./csv.ts";

/** A CSV file, open for one pass. */
export interface CsvFile {
  header: Header;
  /** When the file was last written, ms; for standard input, now. */
  modified: number;
  /** Bytes of the whole, where it is known. */
  size: number | null;
  /** Records behind the header, a chunk at a time, with the bytes read so far. */
  chunks: AsyncIterable<{ records: CsvRecord[]; bytes: number }>;
}

/** Opens a CSV file and reads its first line. Throws a UsageError when it cannot be read or has no header. */
export async function openCsv(
  path: string,
  delimiter: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<CsvFile> {
  const { mtimeMs, size } = path === "-" ? { mtimeMs: Date.now(), size: null } : await examine(path);
  const chunks = readChunks(path === "-" ? stdin : readBytes(path), delimiter);
  for (;;) {
    const first = await chunks.next();
    if (first.done) throw new UsageError(`${path} is empty; its first line names the columns`);
    const [header, ...records] = first.value.records;
    if (header === undefined) continue;
    if ("problem" in header) throw new UsageError(`${path}:${header.line}: ${header.problem}`);
    const rest = prepend({ ...first.value, records }, chunks);
    return { header: new Header(header.fields), modified: Math.floor(mtimeMs), size, chunks: rest };
  }
}

async function examine(path: string) {
  try {
    return await stat(path);
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

function unreadable(path: string, thrown: unknown): UsageError {
  return new UsageError(`${path} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`);
}

async function* readChunks(source: AsyncIterable<Uint8Array>, delimiter: string) {
  const decoder = new TextDecoder();
  const reader = new CsvReader(delimiter);
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    yield { records: reader.push(decoder.decode(chunk, { stream: true })), bytes };
  }
  yield { records: [...reader.push(decoder.decode()), ...reader.end()], bytes };
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
