import { definitionList, type SavedGroup, savedGroup, writtenGroup } from "@muster/rules/wire";
import type { Edge } from "../edge.ts";
import { type Command, EXIT, type Io, type Option, UsageError } from "./command.ts";
import { readJson } from "./read-json.ts";
import { formatTable, printable } from "./table.ts";

/** What a group has, every kind has; the rest passes through as it is, since it is the edge that reads it. */
const saved = savedGroup;
const list = definitionList(writtenGroup);
type List = ReturnType<typeof list.parse>;

const JSON_SWITCH: Option = { help: "print the edge's answer" };
const IF_MATCH: Option = { hint: "VERSION", help: "only if that is its version now" };

/** `list`, `get`, `put` and `archive` of one kind of definition. */
function commandsOf(part: string, one: string, example: string): Command[] {
  return [
    {
      name: `${part} list`,
      positionals: [],
      summary: `List ${one}s`,
      options: {
        search: { hint: "TEXT", help: "in key or name" },
        archived: { help: "archived ones instead of the others" },
        json: JSON_SWITCH,
      },
      run: async ({ args, edge, io }) => {
        const query = new URLSearchParams({ archived: String(args.flag("archived")) });
        const search = args.text("search");
        if (search !== undefined) query.set("search", search);
        const found = await listAll(edge, part, query);
        const rows = found.map(({ key, version, definition }) => {
          const enabled = "enabled" in definition ? (definition.enabled ? "yes" : "no") : "-";
          return [key, definition.name ?? "", enabled, `v${version}`];
        });
        io.out(
          args.flag("json")
            ? `${JSON.stringify(found, null, 2)}\n`
            : formatTable(["KEY", "NAME", "ENABLED", "VERSION"], rows),
        );
        return EXIT.ok;
      },
    },
    {
      name: `${part} get`,
      positionals: ["KEY"],
      summary: `Print ${one} KEY as it was written, so that it can be put again`,
      options: { json: { help: "print the edge's answer, with its version" } },
      run: async ({ args, edge, io }) => {
        const found = await edge.call(saved, { path: pathOf(part, args.positional("KEY")) });
        warn(found, io);
        io.out(`${JSON.stringify(args.flag("json") ? found : found.definition, null, 2)}\n`);
        return EXIT.ok;
      },
    },
    {
      name: `${part} put`,
      positionals: ["KEY", "FILE"],
      summary: `Make ${one} KEY of a JSON file (- for standard input), or replace it`,
      options: { "if-match": IF_MATCH, json: JSON_SWITCH },
      details: `Example of a file:\n  ${example}`,
      run: async ({ args, edge, io }) => {
        const body = JSON.stringify(await readJson(args.positional("FILE"), "the definition", io));
        const headers = ifMatch(args.text("if-match"));
        const path = pathOf(part, args.positional("KEY"));
        const put = await edge.call(saved, { method: "PUT", path, body, headers });
        warn(put, io);
        const text = `${put.key} is at version ${put.version}\n`;
        io.out(args.flag("json") ? `${JSON.stringify(put, null, 2)}\n` : text);
        return EXIT.ok;
      },
    },
    {
      name: `${part} archive`,
      positionals: ["KEY"],
      summary: `Archive ${one} KEY; refused while another definition needs it`,
      options: { "if-match": IF_MATCH },
      run: async ({ args, edge, io }) => {
        const key = args.positional("KEY");
        const headers = ifMatch(args.text("if-match"));
        await edge.send({ method: "DELETE", path: pathOf(part, key), headers });
        io.out(`${printable(key)} is archived\n`);
        return EXIT.ok;
      },
    },
  ];
}

export const definitionCommands: readonly Command[] = [
  ...commandsOf(
    "flags",
    "flag",
    '{"type":"boolean","variations":{"on":true,"off":false},"enabled":true,"off":"off","otherwise":"off",\n' +
      '   "rules":[{"key":"half","rollout":{"weights":{"on":50,"off":50}}}]}',
  ),
  ...commandsOf("experiments", "experiment", '{"enabled":true,"weights":{"control":50,"treatment":50}}'),
  ...commandsOf(
    "campaigns",
    "campaign",
    '{"kind":"banner","placement":"top","enabled":true,"content":{"title":"Free delivery this week"}}',
  ),
  ...commandsOf("groups", "group", '{"name":"Checkout"}'),
  ...commandsOf("holdouts", "holdout", '{"share":5}'),
];

async function listAll(edge: Edge, part: string, query: URLSearchParams) {
  const found: List["definitions"] = [];
  for (let next: string | null = ""; next !== null; ) {
    if (next !== "") query.set("cursor", next);
    const page: List = await edge.call(list, { path: `/v1/${part}?${query}` });
    found.push(...page.definitions);
    next = page.next;
  }
  return found;
}

function pathOf(part: string, key: string): string {
  return `/v1/${part}/${encodeURIComponent(key)}`;
}

/** The header that lets a change through only where nobody else has changed it meanwhile. */
export function ifMatch(version: string | undefined): Record<string, string> {
  if (version === undefined) return {};
  if (!/^\d+$/.test(version)) throw new UsageError(`--if-match is the number of a version, not "${version}"`);
  return { "if-match": `"${version}"` };
}

/** What was saved all the same, but may not be what was meant. */
export function warn({ warnings }: Pick<SavedGroup, "warnings">, io: Io): void {
  for (const { code, path, detail } of warnings) io.err(`${printable(`${code} at ${path}: ${detail}`)}\n`);
}
