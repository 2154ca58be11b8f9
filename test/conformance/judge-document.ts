import {
  compile,
  findCycle,
  type Parsed,
  type Problem,
  parseComputed,
  parseRule,
  type Rule,
} from "@muster/rules";
import { computedSchema, ruleSchema } from "@muster/rules/schema";
import type { DocumentCase, Verdict } from "./cases.ts";

type Answer = Pick<Problem, "path" | "detail"> | null;

/** One way to judge whether a document is in the language: null where it is. */
interface Reader {
  name: string;
  readRule(json: unknown): Answer;
  readComputed(json: unknown): Answer;
}

const problemOf = (parsed: Parsed<unknown>): Answer => (parsed.ok ? null : parsed.problem);

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function issueOf(schema: typeof ruleSchema | typeof computedSchema, json: unknown): Answer {
  const issue = schema.safeParse(json).error?.issues[0];
  return issue ? { path: pointerOf(issue.path), detail: issue.message } : null;
}

const READERS: readonly Reader[] = [
  {
    name: "parse",
    readRule: (json) => problemOf(parseRule(json)),
    readComputed: (json) => problemOf(parseComputed(json)),
  },
  {
    name: "schema",
    readRule: (json) => issueOf(ruleSchema, json),
    readComputed: (json) => issueOf(computedSchema, json),
  },
];

function readDocument(reader: Reader, document: DocumentCase): Answer {
  if ("computed" in document) return reader.readComputed(document.computed);
  const { rule, key, segments = {} } = document;
  const answer = reader.readRule(rule);
  if (answer || key === undefined) return answer;
  const parsed = parseRule(rule);
  return parsed.ok ? findCycle(key, parsed.value, segments) : parsed.problem;
}

function judgeAnswer(answer: Answer, { refused, path, also = [], limit }: DocumentCase): string[] {
  if (!refused)
    return answer ? [`expected to be accepted, refused at "${answer.path}": ${answer.detail}`] : [];
  if (!answer) return [`expected to be refused at "${path ?? "any path"}", accepted`];
  const faults: string[] = [];
  if (typeof path === "string" && ![path, ...also].includes(answer.path)) {
    const places = [path, ...also].map((place) => `"${place}"`).join(" or ");
    faults.push(`expected to be refused at ${places}, got "${answer.path}": ${answer.detail}`);
  }
  if (limit !== undefined && !answer.detail.includes(limit)) {
    faults.push(`expected to name the limit "${limit}", got: ${answer.detail}`);
  }
  return faults;
}

/** What is accepted must compile. */
function judgeCompiles(document: DocumentCase): string[] {
  if (document.refused) return [];
  try {
    if ("computed" in document) compile({ zone: "UTC", segments: {}, computed: document.computed });
    else {
      const rule: Rule = JSON.parse(JSON.stringify(document.rule));
      compile({ zone: "UTC", segments: { ...document.segments, case: { rule } } });
    }
    return [];
  } catch (error) {
    return [`accepted, but compile threw ${error}`];
  }
}

/** Judges whether a document is refused, where and why, or accepted. */
export function judgeDocument(file: string, document: DocumentCase): Verdict {
  const faults = READERS.flatMap((reader) => {
    try {
      return judgeAnswer(readDocument(reader, document), document).map((fault) => `${reader.name}: ${fault}`);
    } catch (error) {
      return [`${reader.name}: threw ${error}`];
    }
  });
  return { file, id: document.id, faults: [...faults, ...judgeCompiles(document)] };
}
