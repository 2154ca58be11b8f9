/** Muster for Node.js servers. */
export { Client, createClient, type Occurrence } from "./client.ts";
export type { Decision, Reason } from "./decision.ts";
export { MusterError } from "./error.ts";
export type { ClientOptions } from "./options.ts";
export type { UserRef } from "./user.ts";
