/** What happened in a run, line by line: always as a hash (FNV-1a, 2 × 32 bits), and as text where asked for. */
export class Trace {
  readonly lines: string[] | undefined;
  #low = 0x811c9dc5;
  #high = 0x9dc5811c;

  constructor(keepsLines: boolean) {
    this.lines = keepsLines ? [] : undefined;
  }

  /** Notes a line at an instant of the run (ms since its beginning). */
  note(at: number, line: string): void {
    this.#add(at);
    for (let index = 0; index < line.length; index++) this.#add(line.charCodeAt(index));
    this.lines?.push(`${String(at).padStart(12)} ${line}`);
  }

  get hash(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.#high) + hex(this.#low);
  }

  #add(unit: number): void {
    this.#low = Math.imul(this.#low ^ unit, 0x01000193);
    this.#high = Math.imul(this.#high ^ unit ^ (this.#low >>> 15), 0x85ebca6b);
  }
}
