import type { Figures } from "./measure.ts";
import type { Goal, Question } from "./question.ts";

/** A markdown table of one question at one number of segments, and which goals hold. */
export function report(question: Question, segments: number, figures: Figures): string {
  const { rounds, checksum, share, differ, bytes } = figures;
  const rows = [...rounds.keys()]
    .map((engine) => ({
      engine,
      figure: median(rounds.get(engine) ?? []),
      ratio: ratioOf(rounds, engine, question.base),
    }))
    .sort((a, b) => a.figure - b.figure)
    .map(({ engine, figure, ratio }) => `| ${engine} | ${show(figure)} | ${show(ratio)} |`);
  const goals = question.goals
    .filter((goal) => goal.segments === segments)
    .map((goal) => judge(goal, question.unit, rounds));
  return [
    `### ${question.title}: ${segments.toLocaleString("en")} ${question.sized ?? "segments"}`,
    "",
    `${agreement(question, differ.size > 0)} (${(share * 100).toFixed(1)} % are members; checksum ${checksum}).`,
    ...[...differ].map(
      ([engine, part]) =>
        `${engine} differs in ${(part * 100).toFixed(1)} % of them: it is exact to the day only.`,
    ),
    "",
    `| engine | ${question.unit} | times ${question.base} |`,
    "| --- | ---: | ---: |",
    ...rows,
    "",
    ...[...bytes].map(
      ([engine, count]) => `- ${engine} stores ${Math.round(count).toLocaleString("en")} bytes`,
    ),
    ...goals.map((goal) => `- ${goal}`),
    ...(goals.length || bytes.size ? [""] : []),
  ].join("\n");
}

function agreement({ shares }: Question, some: boolean): string {
  if (shares === undefined) return `${some ? "All other" : "All"} engines agree on every membership`;
  return `All engines give each flag to the same share of users within ${shares * 100} %`;
}

function judge(goal: Goal, unit: string, rounds: Figures["rounds"]): string {
  if (goal.against === undefined) {
    const figure = median(rounds.get(goal.engine) ?? []);
    return `${goal.engine} takes ${show(figure)} ${unit}; at most ${goal.most} ${unit}: ${verdict(figure, goal.most)}`;
  }
  const ratio = ratioOf(rounds, goal.engine, goal.against);
  const [shown, bound] =
    goal.most < 1
      ? [`${show(1 / ratio)} times as fast as`, `at least ${show(1 / goal.most)}`]
      : [`${show(ratio)} times the time of`, `at most ${goal.most}`];
  return `${goal.engine} is ${shown} ${goal.against}; ${bound}: ${verdict(ratio, goal.most)}`;
}

export const verdict = (figure: number, most: number): string =>
  figure <= most ? "**holds**" : "**missed**";

/** The median of the rounds' own ratios: what disturbs the machine for a while disturbs both sides. */
function ratioOf(rounds: Figures["rounds"], engine: string, against: string): number {
  const others = rounds.get(against) ?? [];
  return median((rounds.get(engine) ?? []).map((figure, round) => figure / (others[round] ?? Number.NaN)));
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Three significant digits. */
export const show = (figure: number): string => Number(figure.toPrecision(3)).toLocaleString("en");
