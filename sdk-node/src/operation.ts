import { LIMITS } from "@muster/rules";
import { type OperationInput, operation } from "@muster/rules/wire";
import { MusterError } from "./error.ts";

/** An operation ready to be sent: checked, and serialised once. */
export interface PreparedOperation {
  op: OperationInput;
  json: string;
  /** Bytes of `json`. */
  size: number;
}

/** Checks and serialises an operation. Throws a MusterError that names what is wrong with it. */
export function prepareOperation(op: OperationInput): PreparedOperation {
  const parsed = operation.safeParse(op);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = (issue?.path ?? []).map((part) => `/${String(part)}`).join("");
    throw new MusterError("invalid-operation", issue?.message ?? `no ${op.type} operation`, {
      path,
      operations: [op],
    });
  }
  const json = serialise(op);
  const size = Buffer.byteLength(json);
  if (size > LIMITS.operation) {
    const detail = `the operation has ${size} bytes, at most ${LIMITS.operation} are allowed`;
    throw new MusterError("operation-too-large", detail, { operations: [op] });
  }
  return { op, json, size };
}

function serialise(op: OperationInput): string {
  try {
    return JSON.stringify(op);
  } catch (cause) {
    const detail = `the operation cannot be written as JSON: ${cause instanceof Error ? cause.message : cause}`;
    throw new MusterError("invalid-operation", detail, { operations: [op], cause });
  }
}

const ENVELOPE = '{"ops":[]}'.length;

/** Whether so many operations of so many bytes in all fit into one request, commas included. */
export function fitsBatch(count: number, bytes: number): boolean {
  return count <= LIMITS.operations && ENVELOPE + bytes + count <= LIMITS.body;
}

/** The body of a batch request. */
export function batchBody(prepared: readonly PreparedOperation[]): string {
  return `{"ops":[${prepared.map(({ json }) => json).join(",")}]}`;
}
