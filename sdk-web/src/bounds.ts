/** Every bound of the browser SDK. Constants of their own, so that a bundle holds only the numbers. */
import type { LIMITS } from "@muster/rules";

type Limits = typeof LIMITS;

// The wire's limits; their types let the compiler hold them to @muster/rules.
/** Characters in a name or a user's id. */
export const NAME_LENGTH: Limits["name"] = 256;
/** Bytes of one operation as JSON. */
export const OPERATION_BYTES: Limits["operation"] = 32_768;
/** Levels of arrays and objects in properties or traits: a request's 64, less the three around them. */
export const DATA_DEPTH = 61;
/** Operations in one request. */
export const BATCH_OPERATIONS: Limits["operations"] = 1_000;
/** Flags, experiments, placements of a workspace: so many of each. */
export const DEFINITIONS_OF_A_KIND: Limits["definitions"] = 1_000;

/** Characters of a user's token. */
export const TOKEN_LENGTH: Limits["identityToken"] = 4_096;

/** Bytes of operations in one request. */
export const BATCH_BYTES = 56_000;
/** Bytes of a request that a page may send while it goes away (keepalive: below 64 KiB). */
export const KEEPALIVE_BYTES = 64_000;
/** Operations that wait for the edge; a further one is dropped and reported. */
export const PENDING = 10_000;
/** Refused operations kept for a look; the oldest makes room. */
export const PARKED = 100;
/** Exposures that a device keeps of its own; the oldest makes room. */
export const EXPOSURES = 1_000;
/** Segments told to the edge as mismatches at once. */
export const MISMATCHES: Limits["mismatches"] = 100;
/** Ms that the disk may take for one transaction before memory takes over. */
export const DISK_MS = 3_000;
/** Ms after which a disk that has failed is tried again. */
export const DISK_RETRY_MS = 60_000;
/** Ms that one request may take. */
export const REQUEST_MS = 30_000;
/** Ms from an operation to the request that carries it and what came after it. */
export const DELAY_MS = 1_000;
/** The waits after failures, in ms, to which comes what the edge asks for. */
export const BACKOFF_MS = { first: 1_000, most: 300_000 };
/** The longest ms that the edge can ask for by Retry-After. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;
/** Ms after which what the edge said is asked for again, when someone looks at the page. */
export const FRESH_MS = 300_000;
/** Ms over which browsers spread what they ask the edge when all have heard of one change. */
export const SPREAD_MS = 3_000;
/** The least ms between two requests for an answer that only the edge can renew. */
export const RENEWAL_MS = 10_000;
/** Ms without activity after which a new visit begins. */
export const VISIT_MS = 1_800_000;
/** Characters of a page's title, path, search and referrer. */
export const TEXT_LENGTH = 1_024;
/** The least ms between two rings of the alarm that tells of changes by time; answers themselves are never late. */
export const ALARM_MS = 50;
