/** One record to keep under a key, or undefined to forget it. Values are plain data. */
export type Change = readonly [key: string, value: unknown];

/** Records in order of their keys. */
export type Records = ReadonlyMap<string, unknown>;

/** Where the client keeps what must outlive the page, and what tabs share. */
export interface Store {
  /**
   * One transaction: gives `decide` the records whose keys are first ≤ key ≤ last, and makes all changes that it answers
   * or, when it rejects, none; the last change of a key wins. Resolves with what was there before. Of all tabs'
   * transactions one comes after the other, those of one tab in the order of the calls.
   */
  transact(first: string, last: string, decide: (found: Records) => Iterable<Change>): Promise<Records>;
  close(): Promise<void>;
}
