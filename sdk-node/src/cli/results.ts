import { type ResultsRequest, type ResultsResponse, resultsResponse } from "@muster/rules/wire";
import { type Args, type Command, EXIT, UsageError } from "./command.ts";
import { formatTable, printable } from "./table.ts";

type Metric = ResultsRequest["metrics"][number];
type ArmResult = ResultsResponse["metrics"][number]["arms"][number];

/** `muster results` */
export const resultsCommand: Command = {
  name: "results",
  positionals: ["EXPERIMENT"],
  summary: "What the arms of an experiment have come to; look as often as you like",
  options: {
    metric: {
      hint: "EVENT[:count|:sum=PROP]",
      help: "an event: who does it, how often, or what a property comes to; may be repeated",
      multiple: true,
    },
    decrease: { help: "less of it is better" },
    "within-hours": { hint: "N", help: "how long after the exposure events count (168)" },
    iteration: { hint: "N", help: "an earlier iteration" },
    control: { hint: "ARM", help: "the arm that the others are compared to; left out, the first" },
    json: { help: "print the edge's answer" },
  },
  details:
    "A difference is found once its interval leaves out 0. Intervals hold however often one looks (alpha 0.05 over all\n" +
    "metrics and arms together), so it is no cheating to stop then. Users count once their time has run out.\n\n" +
    "  muster results checkout --metric purchase --metric purchase:sum=total",
  run: async ({ args, edge, io }) => {
    const experiment = args.positional("EXPERIMENT");
    const request: ResultsRequest = {
      metrics: readMetrics(args),
      ...number(args, "within-hours", "withinHours"),
      ...number(args, "iteration", "iteration"),
      ...(args.text("control") !== undefined && { control: args.required("control") }),
    };
    const path = `/v1/experiments/${encodeURIComponent(experiment)}/results`;
    const answer = await edge.call(resultsResponse, { method: "POST", path, body: JSON.stringify(request) });
    io.out(args.flag("json") ? `${JSON.stringify(answer, null, 2)}\n` : describe(answer));
    return EXIT.ok;
  },
};

function readMetrics(args: Args): Metric[] {
  const goal = args.flag("decrease") ? "decrease" : "increase";
  const metrics = args.list("metric").map((text): Metric => {
    const sum = /^(.+):sum=(.+)$/.exec(text);
    if (sum) return { event: sum[1] ?? "", measure: { sum: sum[2] ?? "" }, goal };
    const count = /^(.+):count$/.exec(text);
    return count
      ? { event: count[1] ?? "", measure: "count", goal }
      : { event: text, measure: "users", goal };
  });
  if (metrics.length === 0)
    throw new UsageError("--metric is missing: which event shall the arms be judged by?");
  return metrics;
}

function number<Name extends string>(args: Args, option: string, name: Name): { [N in Name]?: number } {
  const text = args.text(option);
  if (text === undefined) return {};
  if (!/^[1-9]\d*$/.test(text))
    throw new UsageError(`--${option} is a whole number from 1 on, not "${text}"`);
  const found: { [N in Name]?: number } = {};
  found[name] = Number(text);
  return found;
}

function describe({ experiment, iteration, since, waiting, srm, metrics }: ResultsResponse): string {
  const from = since === null ? "" : `, of users exposed since ${new Date(since).toISOString()}`;
  const alarm = srm.alarm ? "; DO NOT TRUST WHAT FOLLOWS: something decides who is counted" : "";
  const lines = [
    `${experiment}, iteration ${iteration}${from}; ${waiting} users still have time`,
    `split: ${srm.words}${srm.pValue === null ? "" : ` (p = ${format(srm.pValue)})`}${alarm}`,
  ];
  const tables = metrics.map(({ event, measure, arms }) => {
    const what =
      measure === "users"
        ? "share of users"
        : measure === "count"
          ? "per user"
          : `${sumOf(measure)} per user`;
    const heading = ["ARM", "USERS", "DID IT", what.toUpperCase(), "DIFFERENCE", "RELATIVE", "P", "VERDICT"];
    return `\n${event}\n${formatTable(heading, arms.map(row))}`;
  });
  return `${lines.map((line) => `${printable(line)}\n`).join("")}${tables.join("")}`;
}

function sumOf(measure: string | { sum: string }): string {
  return typeof measure === "object" ? measure.sum : measure;
}

function row({ key, users, converted, mean, comparison }: ArmResult): string[] {
  const { absolute = null, relative = null, pValue = null, verdict = "control" } = comparison ?? {};
  const share = relative && {
    value: relative.value * 100,
    low: relative.low * 100,
    high: relative.high * 100,
  };
  return [
    key,
    String(users ?? "?"),
    String(converted),
    mean === null ? "" : format(mean),
    absolute ? interval(absolute) : "",
    share ? `${interval(share)} %` : "",
    pValue === null ? "" : format(pValue),
    verdict,
  ];
}

function interval({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${format(value)} [${format(low)}, ${format(high)}]`;
}

function format(value: number): string {
  return String(Number(value.toPrecision(3)));
}
