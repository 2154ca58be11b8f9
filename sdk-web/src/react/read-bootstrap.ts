import type { Membership } from "@muster/rules";
import type { FlagDecision, FlagValue, Widened } from "@muster/rules/decide";
import type { Bootstrap } from "@muster/rules/wire";
import { decideFlag } from "../index.ts";

// A bootstrap is a matter of its own: the same on a server and in the page. It is as untrusted as the page that brought
// it, and one that cannot be read says nothing.

/** Whether the bootstrap's user was in a segment when the edge made it. */
export function answerOf(bootstrap: Bootstrap | undefined, segment: string): Membership | undefined {
  const memberships = bootstrap?.memberships ?? {};
  return Object.hasOwn(memberships, segment) ? memberships[segment] : undefined;
}

/**
 * What a flag was for the bootstrap's user then. What asks for the device, which only a page knows, is not decided by
 * it.
 */
export function decideFromBootstrap<Value extends FlagValue | null | undefined>(
  bootstrap: Bootstrap | undefined,
  flag: string,
  fallback: Value,
): FlagDecision<Widened<Value>> {
  let isKnown = true;
  try {
    const { ruleset, userId, anonymousId, now } = bootstrap as Bootstrap;
    const decision = decideFlag(ruleset.decisions, flag, fallback, {
      userId,
      get anonymousId() {
        isKnown &&= anonymousId !== null;
        return anonymousId;
      },
      exposed() {
        isKnown = false;
        return undefined;
      },
      answers: (segment) => answerOf(bootstrap, segment),
      now,
    });
    if (isKnown) return decision;
  } catch {}
  const unknown = { flag, value: fallback, reason: "ERROR", errorCode: "PROVIDER_NOT_READY", until: null };
  return unknown as FlagDecision<Widened<Value>>;
}
