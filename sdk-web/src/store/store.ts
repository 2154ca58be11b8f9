/** One record to keep under a key, or undefined to forget it. Values are plain data. */
export type Change = readonly [key: string, value: unknown];

/** Where the client keeps what must outlive the page. */
export interface Store {
  /** Everything that is kept, in order of its keys. */
  read(): Promise<ReadonlyMap<string, unknown>>;
  /**
   * Makes all of the changes or, when it rejects, none of them. The last change of a key wins.
   * Nobody may change a value before it is written.
   */
  write(changes: Iterable<Change>): Promise<void>;
  /**
   * Keeps `value` under a key that has none, and gives what then stands there, in one transaction: of several that
   * claim a key at once, all get the value of one.
   */
  claim(key: string, value: unknown): Promise<unknown>;
  /** Forgets everything. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
