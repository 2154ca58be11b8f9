/** One record of a CSV file, or why it is none. `line` is the one it begins on, from 1. */
export type CsvRecord = { line: number; fields: string[] } | { line: number; problem: string };

/** A longer record (in UTF-16 units) is taken as a quote that was never closed. */
export const LONGEST_RECORD = 131_072;

interface Parsed {
  /** Where the next record begins. */
  next: number;
  fields?: string[];
  problem?: string;
}

/**
 * Reads CSV (RFC 4180) as it comes. A bad record is reported and ends with its first line: a stray quote
 * never swallows the good records after it. Empty lines are skipped.
 */
export class CsvReader {
  readonly #delimiter: string;
  readonly #longest: number;
  #text = "";
  #line = 1;
  /** The rest of a line that was given up because it is too long. */
  #skipping = false;

  constructor(delimiter = ",", longest = LONGEST_RECORD) {
    this.#delimiter = delimiter;
    this.#longest = longest;
  }

  /** The records that are complete with this text. */
  push(text: string): CsvRecord[] {
    this.#text += text;
    return this.#read(false);
  }

  /** What is left at the end of the file. */
  end(): CsvRecord[] {
    return this.#read(true);
  }

  #read(final: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    const text = this.#text;
    let start = 0;
    while (start < text.length) {
      const parsed = this.#skipping ? this.#skip(text, start, final) : this.#parse(text, start, final);
      if (parsed === null) break;
      const { next, fields, problem } = parsed;
      if (problem !== undefined) records.push({ line: this.#line, problem });
      else if (fields !== undefined && (fields.length > 1 || fields[0] !== "")) {
        records.push({ line: this.#line, fields });
      }
      this.#line += countLines(text, start, next);
      start = next;
    }
    this.#text = text.slice(start);
    return records;
  }

  /** One record from `start` on; null while its end has not come. */
  #parse(text: string, start: number, final: boolean): Parsed | null {
    const fields: string[] = [];
    let at = start;
    for (;;) {
      const { end, value, problem } = readField(text, at, this.#delimiter);
      if (end - start > this.#longest)
        return this.#giveUp(text, start, final, `longer than ${this.#longest} characters`);
      if (problem !== undefined) return this.#giveUp(text, start, final, problem);
      const incomplete = end >= text.length || (text[end] === "\r" && end + 1 === text.length);
      if (incomplete && !final) return null;
      if (value === undefined) return this.#giveUp(text, start, final, "a quote is opened and never closed");
      fields.push(value);
      if (text[end] !== this.#delimiter) return { next: afterBreak(text, end), fields };
      at = end + 1;
    }
  }

  #giveUp(text: string, start: number, final: boolean, problem: string): Parsed | null {
    const end = findBreak(text, start);
    if (end < text.length - 1 || final) return { next: afterBreak(text, end), problem };
    if (text.length - start <= this.#longest) return null;
    this.#skipping = true;
    return { next: end, problem };
  }

  #skip(text: string, start: number, final: boolean): Parsed | null {
    const end = findBreak(text, start);
    if (end === text.length - 1 && text[end] === "\r" && !final) return null;
    this.#skipping = end === text.length;
    return { next: afterBreak(text, end) };
  }
}

interface Field {
  /** Of the delimiter or line break behind it, or the end of the text. */
  end: number;
  /** Undefined where a quote is still open at the end of the text. */
  value?: string;
  problem?: string;
}

function readField(text: string, start: number, delimiter: string): Field {
  if (text[start] !== '"') {
    let end = start;
    for (; end < text.length; end++) {
      const character = text[end];
      if (character === delimiter || character === "\n" || character === "\r") break;
      if (character === '"')
        return { end, problem: 'a quote inside a field; write the field as "…" and the quote as ""' };
    }
    return { end, value: text.slice(start, end) };
  }
  let value = "";
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { end: text.length };
    value += text.slice(from, quote);
    from = quote + 2;
    const behind = text[quote + 1];
    if (behind === '"') value += '"';
    else if (behind === undefined || behind === delimiter || behind === "\n" || behind === "\r") {
      return { end: quote + 1, value };
    } else return { end: quote + 1, problem: "text stands behind a closing quote" };
  }
}

function findBreak(text: string, start: number): number {
  for (let at = start; at < text.length; at++) if (text[at] === "\n" || text[at] === "\r") return at;
  return text.length;
}

function afterBreak(text: string, at: number): number {
  return Math.min(text.length, at + (text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1));
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at = afterBreak(text, at)) {
    at = findBreak(text, at);
    if (at < end) lines++;
  }
  return lines;
}
