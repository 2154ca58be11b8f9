import type { FlagDecision, Widened } from "@muster/rules/decide";
import { useEffect } from "react";
import type { Fallback, FlagKey } from "../register.ts";
import { useSource } from "./provider.ts";
import { decideFromBootstrap } from "./read-bootstrap.ts";
import { jsonOf, useAnswer } from "./use-answer.ts";

/** The arm that a decision shows, which is the same before and after it has been counted. */
const armOf = ({ assignment }: FlagDecision<unknown>) => ({ ...assignment, settled: undefined });

function useDecision<Flag extends FlagKey, Value extends Fallback<Flag>>(
  flag: Flag,
  fallback: Value,
  textOf: (decision: FlagDecision<Widened<Value>>) => unknown,
): FlagDecision<Widened<Value>> {
  const { client } = useSource();
  const decision = useAnswer({
    // In JSON, undefined and NaN are null.
    key: `${typeof fallback} ${jsonOf(fallback)} ${flag}`,
    ask: (client) => client.details(flag, fallback, { expose: false }),
    serve: (bootstrap) => decideFromBootstrap(bootstrap, flag, fallback),
    textOf: (decision) => [textOf(decision), armOf(decision)],
  });
  // What is on the page has been seen; what React only tried to render has not.
  useEffect(() => {
    if (decision.assignment) client?.details(flag, fallback);
  }, [client, flag, fallback, decision]);
  return decision;
}

/**
 * The flag's value for the user, `fallback` where it cannot be decided. The user counts as having seen it once the
 * component is on the page.
 */
export function useFlag<Flag extends FlagKey, Value extends Fallback<Flag>>(
  flag: Flag,
  fallback: Value,
): Widened<Value> {
  return useDecision(flag, fallback, ({ value }) => value).value;
}

/** The same with why: variation, reason, rule, error code and until when it holds. */
export function useFlagDetails<Flag extends FlagKey, Value extends Fallback<Flag>>(
  flag: Flag,
  fallback: Value,
): FlagDecision<Widened<Value>> {
  return useDecision(flag, fallback, (decision) => ({ ...decision, assignment: undefined }));
}
