import type { OperationInput } from "@muster/rules/wire";

interface Details {
  path?: string | undefined;
  status?: number | undefined;
  retryable?: boolean;
  /** ms */
  retryAfter?: number;
  operations?: readonly OperationInput[];
  cause?: unknown;
}

/** What went wrong: a refusal of the edge (its problem document's code and path), or of this client. */
export class MusterError extends Error {
  override readonly name = "MusterError";
  /** A stable name of the problem, such as `unauthorized`, `unreachable` or `queue-full`. */
  readonly code: string;
  /** JSON Pointer to the bad part of what was sent, or the name of the bad parameter; "" when it is the whole. */
  readonly path: string;
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the edge asks to wait (ms); 0 where it does not. */
  readonly retryAfter: number;
  /** The operations that are lost by it. */
  readonly operations: readonly OperationInput[];

  constructor(code: string, detail: string, details: Details = {}) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path ?? "";
    this.status = details.status ?? null;
    this.retryable = details.retryable ?? false;
    this.retryAfter = details.retryAfter ?? 0;
    this.operations = details.operations ?? [];
  }
}

/** Any thrown thing as a MusterError. */
export function toMusterError(thrown: unknown): MusterError {
  if (thrown instanceof MusterError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new MusterError("unexpected", detail, { cause: thrown });
}

/** An error as one line for a person: its code, where, and what is wrong. */
export function describeError({ code, path, message }: MusterError): string {
  return path === "" ? `${code}: ${message}` : `${code} at ${path}: ${message}`;
}
