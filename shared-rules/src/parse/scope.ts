import { findLoop } from "./find-loop.ts";
import { quote, refuse } from "./problem.ts";

/** An operand that formulas may name, with the names that its own formula holds and where they are looked up. */
interface Definition {
  name: string;
  path: string;
  uses: Iterable<string>;
  scope: Scope;
}

/** The names that a formula sees: a `let`, then the `let` around it, at last the computed traits (RULES.md §5). */
export class Scope {
  readonly #names = new Map<string, Definition>();
  readonly #outer: Scope | undefined;
  /** Those of this scope and of all the others with the same root. */
  readonly #definitions: Definition[];

  constructor(outer?: Scope) {
    this.#outer = outer;
    this.#definitions = outer ? outer.#definitions : [];
  }

  /** Defines a name here; what it uses is looked up in `scope`, which is this one or one inside it. */
  define(name: string, path: string, uses: Iterable<string>, scope: Scope): void {
    const definition = { name, path, uses, scope };
    this.#names.set(name, definition);
    this.#definitions.push(definition);
  }

  #find(name: string): Definition | undefined {
    const found = this.#names.get(name);
    return found || !this.#outer ? found : this.#outer.#find(name);
  }

  /** Refuses an operand that depends on itself. To be called when all names are defined. */
  refuseCycles(): void {
    const loop = findLoop(this.#definitions, function* ({ uses, scope }) {
      for (const name of uses) {
        const used = scope.#find(name);
        if (used) yield used;
      }
    });
    if (loop) refuse(loop.path, "cycle", `${quote(loop.name)} depends on itself`);
  }
}
