import { writeFile } from "node:fs/promises";
import { rulesetResponse } from "@muster/rules/wire";
import { type Command, EXIT, UsageError } from "./command.ts";
import { formatTypes } from "./format-types.ts";

const PACKAGES = ["node", "web"] as const;

/** `muster types` */
export const typesCommand: Command = {
  name: "types",
  positionals: [],
  summary:
    "Write a declaration file of flags, segments and placements, so that a mistyped key does not compile",
  options: {
    out: { hint: "FILE", help: "where to, such as src/muster.d.ts; left out, standard output" },
    for: { hint: "node,web", help: "the packages that use it (node)", multiple: true },
  },
  details: "Run it again when definitions have changed, and in CI. The file ends in .d.ts or .ts.",
  run: async ({ args, edge, io }) => {
    const asked = args.list("for");
    const unknown = asked.find((name) => !PACKAGES.some((known) => known === name));
    if (unknown !== undefined) throw new UsageError(`--for is ${PACKAGES.join(" or ")}, not "${unknown}"`);
    const { program, decisions } = await edge.call(rulesetResponse, { path: "/v1/ruleset" });
    const packages = PACKAGES.filter((name) => (asked.length ? asked : ["node"]).includes(name));
    const text = formatTypes(
      {
        flags: new Map(
          Object.entries(decisions.flags).map(([key, { variations }]) => [key, Object.values(variations)]),
        ),
        segments: program.segments.map(([key]) => key).filter((key) => !key.startsWith("$")),
        placements: Object.keys(decisions.placements),
      },
      packages.map((name) => `@muster/${name}`),
    );
    const out = args.text("out");
    if (out === undefined) io.out(text);
    else await write(out, text);
    return EXIT.ok;
  },
};

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (thrown) {
    throw new UsageError(`${path} cannot be written: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}
