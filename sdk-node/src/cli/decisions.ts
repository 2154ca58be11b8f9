import { decisionsChange, decisionsDocument } from "@muster/rules/wire";
import { type Command, EXIT } from "./command.ts";
import { ifMatch, warn } from "./definitions.ts";
import { readJson } from "./read-json.ts";
import { printable } from "./table.ts";

const exportCommand: Command = {
  name: "decisions export",
  positionals: [],
  summary: "Print all flags, experiments and campaigns as one document, salts and places included",
  options: {},
  run: async ({ edge, io }) => {
    const all = await edge.call(decisionsDocument, { path: "/v1/decisions" });
    io.out(`${JSON.stringify(all, null, 2)}\n`);
    return EXIT.ok;
  },
};

const importCommand: Command = {
  name: "decisions import",
  positionals: ["FILE"],
  summary: "Make the definitions of a workspace those of a document (- for standard input), or none of it",
  options: {
    dry: { help: "only say what it would do" },
    "if-match": { hint: "VERSION", help: "only if that is the version of the definitions now" },
    json: { help: "print the edge's answer" },
  },
  details:
    "Definitions that the document lacks are archived. What breaks a promise to who was drawn is refused.",
  run: async ({ args, edge, io }) => {
    const body = JSON.stringify(await readJson(args.positional("FILE"), "the document", io));
    const dry = args.flag("dry");
    const change = await edge.call(decisionsChange, {
      method: "PUT",
      path: `/v1/decisions${dry ? "?dry=true" : ""}`,
      body,
      headers: ifMatch(args.text("if-match")),
    });
    if (args.flag("json")) io.out(`${JSON.stringify(change, null, 2)}\n`);
    else {
      for (const word of ["created", "changed", "archived"] as const)
        for (const pointer of change[word]) io.out(`${word} ${printable(pointer)}\n`);
      for (const { code, path, detail } of change.unsafe)
        io.out(`unsafe ${printable(`${path}: ${detail} (${code})`)}\n`);
      if (!change.applied) io.out("nothing was done\n");
    }
    warn(change, io);
    return change.unsafe.length > 0 ? EXIT.failed : EXIT.ok;
  },
};

/** `muster decisions …` */
export const decisionCommands: readonly Command[] = [exportCommand, importCommand];
