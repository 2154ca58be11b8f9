/** Why a document was refused. `path` is a JSON Pointer (RFC 6901) to the bad part, "" for the document itself. */
export interface Problem {
  /** A stable, machine-readable name: `unknown-key`, `limit-levels`, … */
  code: string;
  path: string;
  /** What is wrong and what would be right, for a person. */
  detail: string;
}

/** A refusal is a value, so that whoever parses must look at it. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** How the parser leaves its depth; `attempt` turns it into a value. Never crosses the package's border. */
class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function refuse(path: string, code: string, detail: string): never {
  throw new Refusal({ code, path, detail });
}

export function attempt<T>(parse: () => T): Parsed<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** The pointer to `keys` below `path`. */
export function pointer(path: string, ...keys: (string | number)[]): string {
  return keys.reduce<string>(
    (parent, key) => `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`,
    path,
  );
}

const QUOTED = 40;

/** A value in a message: short whatever it holds, and never read deeper than its kind. */
export function quote(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > QUOTED ? `${value.slice(0, QUOTED)}…` : value);
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
