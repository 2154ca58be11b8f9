/** `npm run bench [-- QUESTION …]`: compares Muster with its peers and prints markdown. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measure } from "./measure.ts";
import type { Question } from "./question.ts";
import { report } from "./report.ts";

const QUESTIONS = [
  "one-segment",
  "all-segments",
  "flag",
  "flag-rollout",
  "flag-variants",
  "start-up",
  "event-cost",
  "behaviour",
  "stored-state",
  "ingest",
  "push",
];

/** A question that engines are compared by, or one that Muster answers alone, as markdown. */
interface Asked {
  question?: Question;
  answer?(): string | Promise<string>;
}

const here = fileURLToPath(new URL(".", import.meta.url));
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !QUESTIONS.includes(name));
if (unknown !== undefined) {
  console.error(`There is no question ${unknown}; there are ${QUESTIONS.join(", ")}.`);
  process.exit(2);
}

for (const name of asked.length ? asked : QUESTIONS) {
  const { question, answer }: Asked = await import(`./questions/${name}.ts`);
  if (answer) console.log(await answer());
  if (!question) continue;
  if (!existsSync(`${here}node_modules/.package-lock.json`)) install();
  for (const segments of question.sizes) {
    console.log(report(question, segments, await measure(name, question, segments)));
  }
}

/** The peers are dependencies of the benchmark alone and are installed when they are first asked. */
function install(): void {
  console.error("Installing the packages to compare with …");
  const { status } = spawnSync("npm ci", { cwd: here, stdio: ["ignore", 2, 2], shell: true });
  if (status !== 0) process.exit(status ?? 1);
}
