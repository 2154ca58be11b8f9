import { savedExperiment } from "@muster/rules/wire";
import { type Command, EXIT } from "./command.ts";
import { ifMatch, warn } from "./definitions.ts";
import { readJson } from "./read-json.ts";
import { printable } from "./table.ts";

/** `muster experiments iterate` */
export const iterateCommand: Command = {
  name: "experiments iterate",
  positionals: ["KEY"],
  summary: "Begin a new iteration of experiment KEY: everyone is drawn anew, whatever they have seen",
  options: {
    file: { hint: "FILE|-", help: "a JSON file with another definition to go on with" },
    "if-match": { hint: "VERSION", help: "only if that is its version now" },
    json: { help: "print the edge's answer" },
  },
  run: async ({ args, edge, io }) => {
    const file = args.text("file");
    const body = JSON.stringify(
      file === undefined ? {} : { definition: await readJson(file, "the definition", io) },
    );
    const path = `/v1/experiments/${encodeURIComponent(args.positional("KEY"))}/iterations`;
    const headers = ifMatch(args.text("if-match"));
    const begun = await edge.call(savedExperiment, { method: "POST", path, body, headers });
    warn(begun, io);
    const text = `${printable(begun.key)} is at iteration ${begun.iteration}, version ${begun.version}\n`;
    io.out(args.flag("json") ? `${JSON.stringify(begun, null, 2)}\n` : text);
    return EXIT.ok;
  },
};
