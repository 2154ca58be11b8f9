/** Muster for Node.js servers. */
export type {
  Assignment,
  ErrorCode,
  FlagDecision,
  FlagValue,
  Overrides,
} from "@muster/rules/decide";
export type { Bootstrap } from "@muster/rules/wire";
export { bootstrapScript } from "./bootstrap-script.ts";
export { Client, createClient, type FlagOptions, type Occurrence } from "./client.ts";
export type { Decision, Reason } from "./decision.ts";
export type { DefinitionsEvent } from "./definitions.ts";
export { MusterError } from "./error.ts";
export type { ClientOptions } from "./options.ts";
export type { Fallback, FlagKey, Register, SegmentKey } from "./register.ts";
export { type IdentityOptions, signIdentity } from "./sign-identity.ts";
export type { UserRef } from "./user.ts";
