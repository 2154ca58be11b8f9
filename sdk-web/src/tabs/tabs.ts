/** What the tabs of one browser share. */
export interface Tabs {
  /** Tells the other tabs; plain data. */
  post(message: unknown): void;
  /** Hears the others, in the order in which each posted. */
  listen(listener: (message: unknown) => void): void;
  /** Waits for its turn to lead, then calls `lead`; the result gives the lead, or the wait, up. */
  campaign(lead: () => void): () => void;
  /** Does something while no other tab does such a thing; gives what it gives. */
  alone<Result>(task: () => Promise<Result>): Promise<Result>;
  close(): void;
}
