import { evaluateResponse } from "@muster/rules/wire";
import { MusterError } from "../error.ts";
import { type Command, EXIT } from "./command.ts";
import { formatExplanation, formatUntil } from "./explanation.ts";
import { formatTable, printable } from "./table.ts";
import { USER_OPTIONS, whoIs } from "./who.ts";

/** `muster evaluate` */
export const evaluateCommand: Command = {
  name: "evaluate",
  positionals: [],
  summary: "Which segments is a user in now, and until when",
  options: {
    ...USER_OPTIONS,
    segment: { hint: "KEY,KEY", help: "only these segments; may be repeated", multiple: true },
    json: { help: "print the edge's answer" },
  },
  run: async ({ args, edge, io }) => {
    const segments = args.list("segment");
    const body = JSON.stringify({ ...whoIs(args), ...(segments.length > 0 ? { segments } : {}) });
    const answer = await edge.call(evaluateResponse, { method: "POST", path: "/v1/evaluate", body });
    if (args.flag("json")) {
      io.out(`${JSON.stringify(answer, null, 2)}\n`);
      return EXIT.ok;
    }
    if (!answer.known) io.err("the edge has not heard of this user\n");
    const rows = Object.entries(answer.memberships)
      .sort(([a, one], [b, other]) => Number(other.member) - Number(one.member) || (a < b ? -1 : 1))
      .map(([segment, { member, until }]) => [segment, member ? "member" : "-", formatUntil(until)]);
    io.out(formatTable(["SEGMENT", "IS", "UNTIL"], rows));
    const missing = segments.find((segment) => !Object.hasOwn(answer.memberships, segment));
    if (missing !== undefined) throw unknownSegment(missing);
    return EXIT.ok;
  },
};

/** `muster explain` */
export const explainCommand: Command = {
  name: "explain",
  positionals: [],
  summary: "Why a user is in a segment or not: the rule's tree with each condition's answer",
  options: {
    ...USER_OPTIONS,
    segment: { hint: "KEY", help: "the segment" },
    json: { help: "print the explanation as JSON" },
  },
  run: async ({ args, edge, io }) => {
    const segment = args.required("segment");
    const who = whoIs(args);
    const body = JSON.stringify({ ...who, segments: [segment], explain: true });
    const answer = await edge.call(evaluateResponse, { method: "POST", path: "/v1/evaluate", body });
    const membership = new Map(Object.entries(answer.memberships)).get(segment);
    if (membership === undefined) throw unknownSegment(segment);
    if (args.flag("json")) {
      io.out(`${JSON.stringify(membership, null, 2)}\n`);
      return EXIT.ok;
    }
    if (!answer.known) io.err("the edge has not heard of this user\n");
    const until = membership.until === null ? "" : `, by time alone until ${formatUntil(membership.until)}`;
    const verdict = membership.member ? "is a member of" : "is not a member of";
    io.out(`${printable(who.userId ?? who.anonymousId ?? "")} ${verdict} ${segment}${until}\n`);
    if (membership.explanation !== undefined) io.out(formatExplanation(membership.explanation));
    return EXIT.ok;
  },
};

function unknownSegment(segment: string): MusterError {
  return new MusterError("segment-unknown", `there is no active segment "${segment}"`);
}
