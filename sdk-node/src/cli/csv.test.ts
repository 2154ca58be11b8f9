import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvReader, type CsvRecord, LONGEST_RECORD } from "./csv.ts";

const read = (...chunks: string[]) => readWith(new CsvReader(), chunks);

function readWith(reader: CsvReader, chunks: readonly string[]): CsvRecord[] {
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

test("quotes hold delimiters, quotes and line breaks; empty lines are skipped; lines are counted", () => {
  expect(read('a,b\r\n"1,2","say ""hi"""\r\n\r\n"x\r\ny",\r\nlast,one')).toEqual([
    { line: 1, fields: ["a", "b"] },
    { line: 2, fields: ["1,2", 'say "hi"'] },
    { line: 4, fields: ["x\r\ny", ""] },
    { line: 6, fields: ["last", "one"] },
  ]);
});

test("a bad record is named and takes no good one with it", () => {
  const records = read('a,b\n"x" y,1\n2,ok\n3,te"st\n4,ok\n5,"open\n6,ok\n7,ok');
  expect(records).toEqual([
    { line: 1, fields: ["a", "b"] },
    { line: 2, problem: "text stands behind a closing quote" },
    { line: 3, fields: ["2", "ok"] },
    { line: 4, problem: 'a quote inside a field; write the field as "…" and the quote as ""' },
    { line: 5, fields: ["4", "ok"] },
    { line: 6, problem: "a quote is opened and never closed" },
    { line: 7, fields: ["6", "ok"] },
    { line: 8, fields: ["7", "ok"] },
  ]);
});

test("a record may be as long as the bound, and no longer", () => {
  const row = (length: number) => `${"x".repeat(length - 2)},1`;
  const chunked = (text: string) => read(...(text.match(/.{1,1000}|\n/gs) ?? []));
  for (const length of [LONGEST_RECORD - 1, LONGEST_RECORD]) {
    expect(chunked(`${row(length)}\n2,ok\n`)).toEqual([
      { line: 1, fields: ["x".repeat(length - 2), "1"] },
      { line: 2, fields: ["2", "ok"] },
    ]);
  }
  expect(chunked(`1,ok\n${row(LONGEST_RECORD + 1)}\n3,ok\n`)).toEqual([
    { line: 1, fields: ["1", "ok"] },
    { line: 2, problem: `longer than ${LONGEST_RECORD} characters` },
    { line: 3, fields: ["3", "ok"] },
  ]);
});

const field = fc.string({ unit: fc.constantFrom("a", "é", "😀", ",", '"', "\n", "\r", " ") });
const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
const write = (row: readonly string[]) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(",");

test("what is written is read again, however it is cut into chunks", () => {
  fc.assert(
    fc.property(rows, fc.constantFrom("\n", "\r\n", "\r"), fc.array(fc.nat(20)), (table, lineBreak, cuts) => {
      let text = table.map((row) => write(row) + lineBreak).join("");
      const chunks: string[] = [];
      for (const cut of cuts) {
        chunks.push(text.slice(0, cut));
        text = text.slice(cut);
      }
      const records = read(...chunks, text);
      expect(records.map((record) => ("fields" in record ? record.fields : record.problem))).toEqual(table);
    }),
  );
});

test("any text, however it is cut, gives the same records", () => {
  const chunk = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r"), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), fc.integer({ min: 1, max: 30 }), (chunks, longest) => {
      const whole = readWith(new CsvReader(",", longest), [chunks.join("")]);
      expect(readWith(new CsvReader(",", longest), chunks)).toEqual(whole);
    }),
    { numRuns: 2_000 },
  );
});
