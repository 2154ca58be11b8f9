import { KEYS, NAMES } from "./arbitraries.ts";

const PLACES: readonly string[] = [...NAMES, ...KEYS];

/** Names that a careless evaluator takes for something of its own; `formula` marks those a formula can hold. */
export const HOSTILE: readonly { text: string; formula: boolean }[] = [
  ...["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "__defineGetter__", "length"].map(
    (text) => ({ text, formula: true }),
  ),
  ...["\u0000", "\ud800", "\udc00x", "", " ", "n0\u0000", "a/b~c", "İ"].map((text) => ({
    text,
    formula: false,
  })),
];

function renameText(text: string, names: ReadonlyMap<string, string>): string {
  return names.get(text) ?? text;
}

/** Formulas hold names inside their text. */
function renameFormula(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\bn\d\b/g, (name) => renameText(name, names));
}

function renameAny(json: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof json === "string") return renameText(json, names);
  if (Array.isArray(json)) return json.map((item) => renameAny(item, names));
  if (json === null || typeof json !== "object") return json;
  // `fromEntries` defines properties, so that `__proto__` becomes one like any other.
  return Object.fromEntries(
    Object.entries(json).map(([key, item]) => [
      renameText(key, names),
      key === "formula" && typeof item === "string" ? renameFormula(item, names) : renameAny(item, names),
    ]),
  );
}

/** A copy of a document with other texts in place of `NAMES`, then of `KEYS`, wherever they stand. */
export function rename<T>(json: T, texts: readonly string[]): T {
  const names = new Map(texts.map((text, index) => [PLACES[index] ?? "", text]));
  const renamed: T = JSON.parse(JSON.stringify(renameAny(json, names)));
  return renamed;
}
