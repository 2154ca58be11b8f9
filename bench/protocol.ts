/** What `run.ts` asks of a `worker.ts`; each request has one reply. */
export type Request =
  /** The segments in the engine's own form, and who is in which. */
  | { ask: "describe"; segments: number }
  /** One round of the question over segments in the engine's own form. */
  | { ask: "round"; segments: number; text: string };

export type Reply =
  /** `memberships`: a bit for each user and segment, as hexadecimal text. */
  { text: string; memberships: string; segments: number; bytes?: number | undefined } | { figure: number };
