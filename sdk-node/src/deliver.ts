import { type Acknowledgement, batchResponse } from "@muster/rules/wire";
import { check, type Edge } from "./edge.ts";
import { MusterError, toMusterError } from "./error.ts";
import { batchBody, type PreparedOperation } from "./operation.ts";
import { type RetryOptions, retry } from "./retry.ts";

/** What became of one operation: stored now, stored before, or the reason why it never will be. */
export type Outcome = "stored" | "duplicate" | MusterError;

/** Statuses that blame the body: one bad part must not take the rest with it. */
const BODY_REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);

/**
 * Sends one batch until each operation has its outcome, in the order given. A body that is refused whole
 * is halved until what is wrong stands alone. Rejects with a MusterError when the edge cannot be reached
 * or refuses this client; then nothing is known to be stored, and sending again does no harm.
 */
export async function deliver(
  edge: Edge,
  prepared: readonly PreparedOperation[],
  options: RetryOptions,
): Promise<Outcome[]> {
  try {
    return await retry(() => post(edge, prepared, options.signal), options);
  } catch (thrown) {
    const error = toMusterError(thrown);
    if (error.status === null || !BODY_REFUSED.has(error.status)) throw error;
    if (prepared.length <= 1)
      return prepared.map(({ op }) => refused(error.code, error.path, error.message, op));
    const middle = prepared.length >> 1;
    const first = await deliver(edge, prepared.slice(0, middle), options);
    return [...first, ...(await deliver(edge, prepared.slice(middle), options))];
  }
}

async function post(edge: Edge, prepared: readonly PreparedOperation[], signal: AbortSignal | undefined) {
  const answer = await edge.send({ method: "POST", path: "/v1/batch", body: batchBody(prepared), signal });
  const { acks } = check(batchResponse, answer.body, "POST /v1/batch");
  const byIndex = new Map(acks.map((ack) => [ack.index, ack]));
  return prepared.map(({ op }, index) => {
    const ack = byIndex.get(index);
    if (ack !== undefined) return outcomeOf(ack, op);
    throw new MusterError("bad-answer", `the edge did not say what became of operation ${index}`, {
      retryable: true,
    });
  });
}

function outcomeOf(ack: Acknowledgement, op: PreparedOperation["op"]): Outcome {
  if (ack.status !== "refused") return ack.status;
  return refused(ack.problem.code, ack.problem.path, ack.problem.detail, op);
}

function refused(code: string, path: string, detail: string, op: PreparedOperation["op"]): MusterError {
  return new MusterError(code, detail, { path, operations: [op] });
}
