import type { Edge } from "../edge.ts";

/** Where a command reads and writes. */
export interface Io {
  out: (text: string) => void;
  err: (text: string) => void;
  stdin: AsyncIterable<Uint8Array>;
  env: { readonly [name: string]: string | undefined };
  /** Whether `err` is a terminal, where a line may be rewritten. */
  terminal: boolean;
}

/** An option of a command; `hint` names its value, and one without a hint is a switch. */
export interface Option {
  hint?: string;
  help: string;
  multiple?: boolean;
}

export interface Command {
  /** What is typed, such as `segments create`. */
  name: string;
  /** Names of what stands without `--`. */
  positionals: readonly string[];
  /** The name of what may follow them, any number of times. */
  rest?: string;
  summary: string;
  options: { readonly [name: string]: Option };
  /** Further text and examples for `--help`. */
  details?: string;
  /** Answers the exit code. */
  run: (context: Context) => Promise<number>;
}

export interface Context {
  args: Args;
  edge: Edge;
  io: Io;
}

export const EXIT = {
  ok: 0,
  /** The edge could not be reached, or refused. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** An import in which some rows were refused. */
  rowsRefused: 3,
} as const;

/** A command line that cannot be run; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type Values = { readonly [name: string]: undefined | string | boolean | readonly (string | boolean)[] };

/** What was typed, read by name. */
export class Args {
  readonly #values: Values;
  readonly #positionals: ReadonlyMap<string, string>;

  /** What stands behind the positionals. */
  readonly rest: readonly string[];

  constructor(values: Values, positionals: ReadonlyMap<string, string>, rest: readonly string[] = []) {
    this.#values = values;
    this.#positionals = positionals;
    this.rest = rest;
  }

  positional(name: string): string {
    return this.#positionals.get(name) ?? "";
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw new UsageError(`--${name} is missing`);
    return value;
  }

  /** All values of an option that may be repeated, each of them a list split at commas. */
  list(name: string): string[] {
    const value = this.#values[name];
    const texts = Array.isArray(value) ? value.map(String) : [];
    return texts.flatMap((text) => text.split(",")).filter((item) => item !== "");
  }

  /** One of a few words. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new UsageError(`--${name} is one of ${choices.join(", ")}, not "${text}"`);
    return found;
  }
}
