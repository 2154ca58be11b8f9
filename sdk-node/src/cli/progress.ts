import type { Io } from "./command.ts";
import { printable } from "./table.ts";

/** ms between two lines on a terminal, and elsewhere (a log). */
const EVERY = { terminal: 200, log: 5_000 };

/** Says on standard error how an import goes: rows, rows per second and, where the size is known, per cent. */
export class Progress {
  readonly #io: Io;
  readonly #size: number | null;
  readonly #started = performance.now();
  #shown = performance.now();
  #open = false;

  constructor(io: Io, size: number | null) {
    this.#io = io;
    this.#size = size;
  }

  /** Tells of the state, if it is time to. */
  show(rows: number, bytes: number): void {
    const now = performance.now();
    if (now - this.#shown < (this.#io.terminal ? EVERY.terminal : EVERY.log)) return;
    this.#shown = now;
    const share =
      this.#size === null || this.#size === 0 ? "" : `, ${Math.floor((100 * bytes) / this.#size)} %`;
    this.#io.err(
      `${this.#io.terminal ? "\r\u001b[K" : ""}${this.#rate(rows)}${share}${this.#io.terminal ? "" : "\n"}`,
    );
    this.#open = this.#io.terminal;
  }

  /** Writes a line of its own, such as a bad row, which may hold anything. */
  line(text: string): void {
    this.#io.err(`${this.#open ? "\r\u001b[K" : ""}${printable(text)}\n`);
    this.#open = false;
  }

  end(rows: number): void {
    this.line(`${this.#rate(rows)}, ${((performance.now() - this.#started) / 1_000).toFixed(1)} s`);
  }

  #rate(rows: number): string {
    const seconds = Math.max(0.001, (performance.now() - this.#started) / 1_000);
    return `${rows} rows, ${Math.round(rows / seconds)} rows/s`;
  }
}
