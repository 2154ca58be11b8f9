import { LIMITS } from "../limits.ts";
import { pointer, refuse } from "./problem.ts";

/** Where the parser is in a document, with the limits of RULES.md §9 counted on the way. */
export class Place {
  readonly path: string;
  readonly #level: number;
  readonly #count: { conditions: number };

  private constructor(path: string, level: number, count: { conditions: number }) {
    if (level > LIMITS.levels) {
      refuse(path, "limit-levels", `a rule has at most ${LIMITS.levels} levels, and this part lies deeper`);
    }
    if (++count.conditions > LIMITS.conditions) {
      refuse(
        path,
        "limit-conditions",
        `a rule has at most ${LIMITS.conditions} conditions, and this is one more`,
      );
    }
    this.path = path;
    this.#level = level;
    this.#count = count;
  }

  /** Level 1 of a rule or of a computed trait, with counters of its own. */
  static root(path: string): Place {
    return new Place(path, 1, { conditions: 0 });
  }

  /** The path of a part that is no condition. */
  at(...keys: (string | number)[]): string {
    return pointer(this.path, ...keys);
  }

  /** A condition, a step or an operand one level below this one. */
  below(...keys: (string | number)[]): Place {
    return new Place(this.at(...keys), this.#level + 1, this.#count);
  }
}
