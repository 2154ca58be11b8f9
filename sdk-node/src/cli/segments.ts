import {
  type CreateSegmentRequest,
  type Segment,
  type SegmentList,
  segment,
  segmentList,
  segmentStatus,
  segmentType,
  type UpdateSegmentRequest,
} from "@muster/rules/wire";
import type { Edge } from "../edge.ts";
import { type Args, type Command, type Context, EXIT, type Io, type Option, UsageError } from "./command.ts";
import { parseJson, readJson } from "./read-json.ts";
import { formatTable } from "./table.ts";

const RULE: Option = {
  hint: "FILE|-|JSON",
  help: "the rule: a file, - for standard input, or the JSON itself",
};
const JSON_SWITCH: Option = { help: "print JSON" };

const create: Command = {
  name: "segments create",
  positionals: [],
  summary: "Create a segment",
  options: {
    key: { hint: "KEY", help: "what code asks for: a-z, 0-9, '.', '_', '-'; never changes" },
    name: { hint: "NAME", help: "what people read; left out, the key" },
    rule: RULE,
    type: { hint: "TYPE", help: "dynamic (the default), static or everyone" },
    status: { hint: "STATUS", help: "draft (the default) or active" },
    description: { hint: "TEXT", help: "what it is for" },
    members: { hint: "ID,ID", help: "the first members of a static segment", multiple: true },
    private: { help: "browsers get the answer, never the rule" },
    json: JSON_SWITCH,
  },
  details: `Example:
  muster segments create --key loyal --name Loyal --status active \\
    --rule '{"event":"purchase","within":{"days":30},"op":"gte","value":3}'`,
  run: async ({ args, edge, io }) => {
    const key = args.required("key");
    const rule = await readRule(args, io);
    const members = args.list("members");
    const body: CreateSegmentRequest = {
      key,
      name: args.text("name") ?? key,
      description: args.text("description") ?? "",
      type: args.choice("type", segmentType.options) ?? "dynamic",
      status: args.choice("status", ["draft", "active"] as const) ?? "draft",
      private: args.flag("private"),
      ...(rule === undefined ? {} : { rule }),
      ...(members.length === 0 ? {} : { members }),
    };
    const made = await edge.call(segment, {
      method: "POST",
      path: "/v1/segments",
      body: JSON.stringify(body),
    });
    print(args, io, made, `created ${made.key} (${made.type}, ${made.status})\n`);
    return EXIT.ok;
  },
};

const update: Command = {
  name: "segments update",
  positionals: ["KEY"],
  summary: "Change a segment's rule, name or description",
  options: {
    rule: RULE,
    name: { hint: "NAME", help: "what people read" },
    description: { hint: "TEXT", help: "what it is for" },
    json: JSON_SWITCH,
  },
  run: async ({ args, edge, io }) => {
    const rule = await readRule(args, io);
    const [name, description] = [args.text("name"), args.text("description")];
    if (rule === undefined && name === undefined && description === undefined)
      throw new UsageError("what shall change? Give --rule, --name or --description");
    const changed = await patch(edge, args.positional("KEY"), {
      ...(rule === undefined ? {} : { rule }),
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
    });
    print(args, io, changed, `${changed.key} is now at version ${changed.version}\n`);
    return EXIT.ok;
  },
};

const list: Command = {
  name: "segments list",
  positionals: [],
  summary: "List segments; archived ones only with --status archived",
  options: {
    search: { hint: "TEXT", help: "in key, name or description" },
    status: { hint: "STATUS", help: segmentStatus.options.join(", ") },
    type: { hint: "TYPE", help: segmentType.options.join(", ") },
    json: JSON_SWITCH,
  },
  run: async ({ args, edge, io }) => {
    const query = new URLSearchParams();
    const search = args.text("search");
    const status = args.choice("status", segmentStatus.options);
    const type = args.choice("type", segmentType.options);
    for (const [name, value] of Object.entries({ search, status, type })) {
      if (value !== undefined) query.set(name, value);
    }
    const found: Segment[] = [];
    let next: string | null = null;
    do {
      if (next !== null) query.set("cursor", next);
      const page: SegmentList = await edge.call(segmentList, { path: `/v1/segments?${query}` });
      found.push(...page.segments);
      next = page.next;
    } while (next !== null);
    const rows = found.map(({ key, name, type, status, version }) => [
      key,
      name,
      type,
      status,
      `v${version}`,
    ]);
    print(args, io, found, formatTable(["KEY", "NAME", "TYPE", "STATUS", "VERSION"], rows));
    return EXIT.ok;
  },
};

const show: Command = {
  name: "segments show",
  positionals: ["KEY"],
  summary: "Print a segment with its rule as JSON",
  options: {},
  run: async ({ args, edge, io }) => {
    const found = await edge.call(segment, { path: pathOf(args.positional("KEY")) });
    io.out(`${JSON.stringify(found, null, 2)}\n`);
    return EXIT.ok;
  },
};

/** The commands that only change a segment's status. */
const transitions = (
  [
    ["activate", "active", "Let a segment take effect"],
    ["pause", "paused", "Keep a segment's members as they are now"],
    ["archive", "archived", "End a segment for good; references to it become false"],
  ] as const
).map(
  ([verb, status, summary]): Command => ({
    name: `segments ${verb}`,
    positionals: ["KEY"],
    summary,
    options: { json: JSON_SWITCH },
    run: async ({ args, edge, io }: Context) => {
      const changed = await patch(edge, args.positional("KEY"), { status });
      print(args, io, changed, `${changed.key} is ${changed.status}\n`);
      return EXIT.ok;
    },
  }),
);

export const segmentCommands: readonly Command[] = [create, update, list, show, ...transitions];

function pathOf(key: string): string {
  return `/v1/segments/${encodeURIComponent(key)}`;
}

function patch(edge: Edge, key: string, body: UpdateSegmentRequest): Promise<Segment> {
  return edge.call(segment, { method: "PATCH", path: pathOf(key), body: JSON.stringify(body) });
}

function print(args: Args, io: Io, value: unknown, text: string): void {
  io.out(args.flag("json") ? `${JSON.stringify(value, null, 2)}\n` : text);
}

async function readRule(args: Args, io: Io): Promise<unknown> {
  const given = args.text("rule");
  if (given === undefined) return undefined;
  return /^\s*[[{]/.test(given)
    ? parseJson(given, "the rule")
    : readJson(given, "--rule is JSON, - or a file; the rule", io);
}
