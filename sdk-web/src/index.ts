import type { Client } from "./client.ts";
import { createClientIn } from "./create-client.ts";
import { browserEnvironment } from "./environment.ts";
import type { ClientOptions } from "./options.ts";

export type {
  Assignment,
  Content,
  Decision,
  ErrorCode,
  FlagDecision,
  FlagValue,
  Overrides,
  PromptDecision,
  Reason,
} from "@muster/rules/decide";
export { decideFlag } from "@muster/rules/decide";
export type { CaptureOptions } from "./capture/capture.ts";
export type { Client, ClientStatus, PromptAction } from "./client.ts";
export type { Listener, MembershipChange, SegmentMembership } from "./decisions.ts";
export type { Data } from "./operation.ts";
export type { ClientOptions, Consent } from "./options.ts";
export { globalPrivacyControl } from "./privacy.ts";
export type { Answer, Fallback, FlagKey, PlacementKey, Register, SegmentKey } from "./register.ts";
export type { ClientProblem, ProblemCode } from "./report.ts";

/** Makes the client of this page. It works at once: what is called before `ready` is carried out then. */
export function createClient(options: ClientOptions): Client {
  return createClientIn(browserEnvironment(options), options);
}
