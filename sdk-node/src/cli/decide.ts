import { type DecideRequest, type DecideResponse, decideResponse } from "@muster/rules/wire";
import { type Command, EXIT } from "./command.ts";
import { formatExplanation, formatUntil } from "./explanation.ts";
import { formatTable, printable } from "./table.ts";
import { USER_OPTIONS, whoIs } from "./who.ts";

/** `muster decide` */
export const decideCommand: Command = {
  name: "decide",
  positionals: [],
  rest: "FLAG",
  summary: "What flags and placements are for a user now, and why; nobody is exposed",
  options: {
    ...USER_OPTIONS,
    placement: { hint: "KEY,KEY", help: "what shows in these placements; may be repeated", multiple: true },
    explain: { help: "of each segment that was read, why the user is in it or not" },
    json: { help: "print the edge's answer" },
  },
  details: "Without flags and placements: all of them.\n\n  muster decide --user ann new-checkout --explain",
  run: async ({ args, edge, io }) => {
    const [flags, placements] = [args.rest, args.list("placement")];
    const isAll = flags.length + placements.length === 0;
    const request: DecideRequest = {
      ...whoIs(args),
      ...(isAll ? {} : { flags: [...flags], placements }),
      explain: args.flag("explain"),
    };
    const body = JSON.stringify(request);
    const answer = await edge.call(decideResponse, { method: "POST", path: "/v1/decide", body });
    if (args.flag("json")) io.out(`${JSON.stringify(answer, null, 2)}\n`);
    else {
      if (!answer.known) io.err("the edge has not heard of this user\n");
      io.out(describe(answer));
    }
    return Object.values(answer.flags).some(({ errorCode }) => errorCode) ? EXIT.failed : EXIT.ok;
  },
};

function describe({ flags, prompts, segments = {} }: DecideResponse): string {
  const flagRows = Object.entries(flags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { value, variation = "-", reason, errorCode, rule, assignment, until }]) => {
      const arm =
        assignment && `${assignment.experiment}, ${assignment.settled ? "exposed" : "not yet exposed"}`;
      const by = [rule, arm].filter((part) => part !== undefined).join(": ");
      const shown = value === undefined ? "-" : JSON.stringify(value);
      return [key, variation, shown, errorCode ?? reason, by || "-", formatUntil(until)];
    });
  const promptRows = Object.entries(prompts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { campaign = "-", reason, errorCode, until }]) => {
      return [key, campaign, errorCode ?? reason, formatUntil(until)];
    });
  const explained = Object.entries(segments).map(
    ([key, explanation]) => `\n${printable(key)}\n${formatExplanation(explanation)}`,
  );
  return [
    ...(flagRows.length
      ? [formatTable(["FLAG", "VARIATION", "VALUE", "REASON", "BY", "UNTIL"], flagRows)]
      : []),
    ...(flagRows.length && promptRows.length ? ["\n"] : []),
    ...(promptRows.length ? [formatTable(["PLACEMENT", "CAMPAIGN", "REASON", "UNTIL"], promptRows)] : []),
    ...explained,
  ].join("");
}
