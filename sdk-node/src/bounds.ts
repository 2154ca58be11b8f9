/** Every bound of this package that is not one of the wire's own (`LIMITS` of @muster/rules). Times are in ms. */
export const BOUNDS = {
  /** Serialised operations waiting to be sent, in bytes. */
  queueBytes: 32 * 1_048_576,
  /** Operations that make a batch leave before its time. */
  batch: 500,
  /** How long the first operation of a batch waits for others. */
  batchWait: 1_000,
  /** How long `close` tries to deliver what is left. */
  closeWait: 10_000,
  /** Users whose answers from the edge are remembered. */
  users: 10_000,
  /** Answers remembered for one user. */
  answers: 1_000,
  /** Exposures that are known to be tracked. */
  exposures: 100_000,
  /** The pauses before trying again, to which comes what the edge asks for. */
  backoff: { first: 250, most: 30_000 },
  /** The longest `Retry-After` that is obeyed. */
  retryAfterMost: 300_000,
  /** Silence after which a stream of changes is taken for dead; the edge says something every 25 s. */
  streamSilence: 60_000,
  /** Characters of one event of a stream. */
  streamEvent: 4 * 1_048_576,
  /** A shorter interval between two looks at the definitions is taken as this one. */
  refreshLeast: 1_000,
} as const;
