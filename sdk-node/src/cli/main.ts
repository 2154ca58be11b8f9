import { parseArgs } from "node:util";
import { Edge } from "../edge.ts";
import { describeError, MusterError } from "../error.ts";
import { isEndpoint } from "../options.ts";
import { Args, type Command, EXIT, type Io, UsageError } from "./command.ts";
import { decideCommand } from "./decide.ts";
import { decisionCommands } from "./decisions.ts";
import { definitionCommands } from "./definitions.ts";
import { evaluateCommand, explainCommand } from "./evaluate.ts";
import { commandHelp, GLOBAL_OPTIONS, overview } from "./help.ts";
import { identityKeyCommands } from "./identity-keys.ts";
import { importEventsCommand } from "./import-events.ts";
import { importTraitsCommand } from "./import-traits.ts";
import { iterateCommand } from "./iterate.ts";
import { membersCommand } from "./members.ts";
import { eraseCommand, refreshCommand } from "./operate.ts";
import { resultsCommand } from "./results.ts";
import { segmentCommands } from "./segments.ts";
import { printable } from "./table.ts";
import { typesCommand } from "./types.ts";

const COMMANDS: readonly Command[] = [
  ...segmentCommands,
  ...definitionCommands,
  iterateCommand,
  ...decisionCommands,
  importEventsCommand,
  importTraitsCommand,
  membersCommand,
  evaluateCommand,
  explainCommand,
  decideCommand,
  typesCommand,
  resultsCommand,
  refreshCommand,
  eraseCommand,
  ...identityKeyCommands,
];

/** ms for one request of the command line. */
const TIMEOUT = 30_000;

/** Runs the command line; answers the exit code, and never rejects for what a user can do wrong. */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      io.err(`muster: ${printable(thrown.message)}\n`);
      return EXIT.usage;
    }
    if (thrown instanceof MusterError) {
      io.err(`muster: ${printable(describeError(thrown))}\n`);
      return EXIT.failed;
    }
    throw thrown;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const words = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const typed = words.findIndex((word) => word.startsWith("-"));
  const leading = typed < 0 ? words : words.slice(0, typed);
  const command = COMMANDS.find(({ name }) => name === leading.slice(0, name.split(" ").length).join(" "));
  if (command === undefined) {
    if (leading.length === 0 && (words.length === 0 || words.includes("--help") || words.includes("-h"))) {
      io.out(overview(COMMANDS));
      return EXIT.ok;
    }
    const near = COMMANDS.filter(({ name }) => name.split(" ")[0] === leading[0]);
    if (near.length > 0 && words.includes("--help")) {
      io.out(overview(near));
      return EXIT.ok;
    }
    const names = (near.length > 0 ? near : COMMANDS).map(({ name }) => name).join(", ");
    throw new UsageError(`there is no command "${leading.join(" ")}". There are: ${names}. See muster help`);
  }
  const rest = words.slice(command.name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) {
    io.out(commandHelp(command));
    return EXIT.ok;
  }
  const args = readArgs(command, rest);
  return command.run({ args, edge: connect(args, io), io });
}

function readArgs(command: Command, words: readonly string[]): Args {
  const options = Object.entries({ ...command.options, ...GLOBAL_OPTIONS }).map(
    ([name, { hint, multiple = false }]) =>
      [name, { type: hint === undefined ? ("boolean" as const) : ("string" as const), multiple }] as const,
  );
  const hint = `See muster help ${command.name}`;
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...words], options: Object.fromEntries(options), allowPositionals: true });
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new UsageError(`${thrown.message.split(". ")[0]}. ${hint}`);
  }
  const { positionals } = parsed;
  const missing = command.positionals[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing. ${hint}`);
  const rest = positionals.slice(command.positionals.length);
  const [extra] = rest;
  if (extra !== undefined && command.rest === undefined)
    throw new UsageError(`"${extra}" is one word too many. ${hint}`);
  const named = command.positionals.map((name, i) => [name, positionals[i] ?? ""] as const);
  return new Args(parsed.values, new Map(named), rest);
}

function connect(args: Args, io: Io): Edge {
  const endpoint = args.text("endpoint") ?? io.env.MUSTER_ENDPOINT;
  const key = args.text("api-key") ?? io.env.MUSTER_KEY;
  if (!endpoint) throw new UsageError("which edge? Give --endpoint URL or set MUSTER_ENDPOINT");
  if (!isEndpoint(endpoint))
    throw new UsageError(`"${endpoint}" is not an address of an edge, such as http://localhost:8787`);
  if (!key) throw new UsageError("which key? Give --api-key KEY or set MUSTER_KEY (mst_sec_… or mst_adm_…)");
  return new Edge({ endpoint, key, timeout: TIMEOUT });
}

function processIo(): Io {
  // Who reads our lines may have enough of them, as `head` does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    stdin: process.stdin,
    env: process.env,
    terminal: process.stderr.isTTY === true,
  };
}
