import type { ProblemDocument } from "@muster/rules/wire";

/** Every problem that the edge answers with (RFC 9457): its status and its title. */
const PROBLEMS = {
  "malformed-json": [400, "The body is not JSON"],
  "too-deep": [400, "The body is nested too deeply"],
  "invalid-parameter": [400, "A parameter is not valid"],
  "key-missing": [401, "No key was sent"],
  "key-unknown": [401, "The key is not known"],
  "key-revoked": [401, "The key was revoked"],
  "identity-required": [401, "The user's identity is to be shown"],
  "identity-invalid": [401, "The token does not show this user's identity"],
  "wrong-key-kind": [403, "Another kind of key is needed"],
  "not-found": [404, "There is nothing here"],
  "flag-not-found": [404, "There is no such flag"],
  "method-not-allowed": [405, "The method is not allowed here"],
  "duplicate-key": [409, "The key is taken"],
  "illegal-transition": [409, "The status cannot change like this"],
  "wrong-segment-type": [409, "The segment is of another type"],
  "segment-not-editable": [409, "The segment cannot change now"],
  "unsafe-change": [409, "A promise to users who were drawn would be broken"],
  "definition-in-use": [409, "Other definitions need it"],
  "archived-key": [409, "The key was another one's"],
  "version-mismatch": [412, "It has changed meanwhile"],
  "body-too-large": [413, "The body is too large"],
  "encoded-body": [415, "The body is encoded"],
  "invalid-body": [422, "The body is not what is expected here"],
  "rule-invalid": [422, "The rule is not valid"],
  "decision-invalid": [422, "The definition is not valid"],
  cycle: [422, "The segments would refer to each other in a circle"],
  "too-many-segments": [422, "The workspace holds as many segments as it can"],
  "too-many-keys": [422, "The workspace has as many keys in use as it can"],
  "too-many-requests": [429, "There were too many requests"],
  internal: [500, "Something went wrong at the edge"],
  busy: [503, "The edge is busy"],
  "members-refreshing": [503, "The members are being brought up to date"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES: readonly string[] = Object.keys(PROBLEMS);

interface ProblemDetails {
  /** A JSON Pointer into the body, or the name of a parameter or header. */
  path?: string;
  /** The code of the parser that refused it. */
  reason?: string;
  headers?: Record<string, string>;
}

/** A request that is not answered as asked; thrown by handlers, sent by the app. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  /** `detail` says what is wrong and what would be right. */
  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}) {
    super(detail);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  toResponse(): Response {
    const [status, title] = PROBLEMS[this.code];
    const { path, reason, headers } = this.details;
    const document: ProblemDocument = {
      type: `urn:muster:problem:${this.code}`,
      title,
      status,
      code: this.code,
      detail: this.message,
      ...(path === undefined ? {} : { path }),
      ...(reason === undefined ? {} : { reason }),
    };
    return new Response(JSON.stringify(document), {
      status,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    });
  }
}
