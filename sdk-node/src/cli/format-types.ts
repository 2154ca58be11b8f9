import type { FlagValue, Json } from "@muster/rules/decide";

/** What a workspace has. */
export interface Keys {
  /** By flag, the values of its variations. */
  flags: ReadonlyMap<string, readonly FlagValue[]>;
  segments: readonly string[];
  placements: readonly string[];
}

/** A declaration file that fills in `Register` of these packages; the same keys give the same text. */
export function formatTypes({ flags, segments, placements }: Keys, packages: readonly string[]): string {
  const members = [...flags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, values]) => `    ${JSON.stringify(key)}: ${unionOf(values.map((value) => typeOf(value)))};\n`,
    );
  const augmentations = packages.map(
    (name) => `\ndeclare module ${JSON.stringify(name)} {\n  interface Register extends Keys {}\n}\n`,
  );
  return `// Written by \`muster types\`: the keys of the workspace. Write it again rather than edit it.
${packages.map((name) => `import ${JSON.stringify(name)};\n`).join("")}
interface Keys {
  flags: {
${members.join("")}  };
  segments: ${unionOf(segments.map((key) => JSON.stringify(key)))};
  placements: ${unionOf(placements.map((key) => JSON.stringify(key)))};
}
${augmentations.join("")}`;
}

/** Parts of a JSON value that lie deeper are of any type. */
const DEEPEST = 6;

function typeOf(value: Json, depth = 0): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (depth === DEEPEST) return "unknown";
  if (isList(value)) return `readonly (${unionOf(value.map((item) => typeOf(item, depth + 1)))})[]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}: ${typeOf(part, depth + 1)}`);
  return members.length === 0 ? "{ readonly [key: string]: never }" : `{ ${members.join("; ")} }`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

/** Each part once, in a stable order; nothing at all is `never`. */
function unionOf(types: readonly string[]): string {
  return [...new Set(types)].sort().join(" | ") || "never";
}
