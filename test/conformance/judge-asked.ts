import { type Decision, decideFlag, decidePrompt, exposureOf } from "@muster/rules/decide";
import { type CompiledDecisions, compileDecisions, parseDecisions } from "@muster/rules/decisions";
import type { AskedCase, DefinitionsLine, Verdict } from "./cases.ts";
import { EVALUATORS, type Evaluator } from "./evaluators.ts";

/** Checks, compiles and ships definitions. */
function compile({ definitions }: DefinitionsLine): CompiledDecisions {
  const parsed = parseDecisions(definitions);
  if (!parsed.ok) throw new Error(`refused at "${parsed.problem.path}": ${parsed.problem.detail}`);
  const { segments, table } = compileDecisions(parsed.value);
  return { segments, table: JSON.parse(JSON.stringify(table)) };
}

const compiled = new WeakMap<DefinitionsLine, CompiledDecisions>();

function decide(one: AskedCase, line: DefinitionsLine, { begin }: Evaluator): Decision {
  const { table, segments } = compiled.get(line) ?? compile(line);
  compiled.set(line, { table, segments });
  const { ask, user, now, exposed = {}, overrides, ready = true } = one;
  const life = begin({ zone: line.zone, segments: { ...line.segments, ...segments } }, user);
  const asked = {
    userId: user.id ?? null,
    anonymousId: user.anonymousId ?? null,
    now,
    answers: (key: string) => (ready ? life.answer(key, now) : undefined),
    exposed: (id: string) => exposed[id],
    ...(overrides && { overrides }),
  };
  return "flag" in ask
    ? decideFlag(table, ask.flag, ask.default, asked)
    : decidePrompt(table, ask.placement, asked, ask);
}

/** What of a decision a vector says, as JSON with the keys in order. */
function describe(decision: object): string {
  const { flag, placement, until, content, ...rest } = { ...decision } as Record<string, unknown>;
  const title = typeof content === "object" && content && "title" in content ? { title: content.title } : {};
  return JSON.stringify(sort({ ...rest, ...title }));
}

function sort(json: unknown): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sort(value)]));
}

function judgeDecision(decision: Decision, { expect, until, now, exposure }: AskedCase): string[] {
  const faults: string[] = [];
  const [wanted, got] = [JSON.stringify(sort(expect)), describe(decision)];
  if (wanted !== got) faults.push(`expected ${wanted}, got ${got}`);
  if (decision.until !== null && decision.until <= now)
    faults.push(`until ${decision.until} is not after now`);
  if (until !== null && (decision.until === null || decision.until > until))
    faults.push(`expected to change at ${until}, got until ${decision.until}`);
  const id = exposureOf(decision)?.id;
  if (id !== exposure) faults.push(`expected the exposure ${exposure}, got ${id}`);
  return faults;
}

/** Judges a decision, with the answers of each evaluator of rules. */
export function judgeAsked(file: string, one: AskedCase, line: DefinitionsLine | undefined): Verdict {
  if (!line) return { file, id: one.id, faults: [`there are no definitions ${one.with} before it`] };
  const faults = EVALUATORS.flatMap((evaluator) => {
    try {
      const decision = decide(one, line, evaluator);
      return judgeDecision(decision, one).map((fault) => `${evaluator.name}: ${fault}`);
    } catch (error) {
      return [`${evaluator.name}: threw ${error}`];
    }
  });
  return { file, id: one.id, faults };
}
