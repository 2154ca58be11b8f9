import type { Command, Option } from "./command.ts";

/** Options that every command takes. */
export const GLOBAL_OPTIONS: { readonly [name: string]: Option } = {
  endpoint: { hint: "URL", help: "the edge's address; else MUSTER_ENDPOINT" },
  "api-key": {
    hint: "KEY",
    help: "a secret or an admin key; else MUSTER_KEY, which keeps it out of the history",
  },
};

/** What `muster help` prints. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map((command): [string, string] => [`muster ${usage(command)}`, command.summary]);
  return `Usage: muster COMMAND [options]

${columns(rows)}

Every command:
${columns(optionRows(GLOBAL_OPTIONS))}

Exit codes: 0 done, 1 the edge refused or could not be reached, 2 wrong command line, 3 rows refused.
muster help COMMAND says more about one.
`;
}

/** What `muster help COMMAND` prints. */
export function commandHelp(command: Command): string {
  const options = columns(optionRows({ ...command.options, ...GLOBAL_OPTIONS }));
  const details = command.details === undefined ? "" : `\n${command.details.trim()}\n`;
  return `Usage: muster ${usage(command)} [options]\n\n${command.summary}\n\n${options}\n${details}`;
}

function usage({ name, positionals, rest }: Command): string {
  return [name, ...positionals, ...(rest === undefined ? [] : [`[${rest} …]`])].join(" ");
}

function optionRows(options: { readonly [name: string]: Option }): [string, string][] {
  return Object.entries(options).map(([name, { hint, help }]) => [
    hint === undefined ? `--${name}` : `--${name} ${hint}`,
    help,
  ]);
}

function columns(rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
