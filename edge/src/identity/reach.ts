import { IDENTITY_HEADER } from "@muster/rules/wire";
import { Problem } from "../problem.ts";
import { CHALLENGE, type IdentityRule, verifyToken } from "./verify-token.ts";

/** Whether a request may know, and write as, this user. Visitors who are nobody's user are not asked about. */
export type Reach = (userId: string) => boolean;

/** Of servers, and where no proof is required. */
export const EVERYONE: Reach = () => true;

/** The token by which a request shows who its user is. */
export function readIdentityToken(request: Request): string | null {
  return request.headers.get(IDENTITY_HEADER);
}

/**
 * Whom a request reaches that names these users. Without a rule it is everyone, and a token is not looked at.
 * @throws Problem `identity-required`, `identity-invalid`
 */
export async function reachOf(
  rule: IdentityRule | null,
  token: string | null,
  users: readonly string[],
  now: number,
): Promise<Reach> {
  if (rule === null) return EVERYONE;
  const proven = token === null ? null : await verifyToken(token, rule, now);
  if (users.some((userId) => userId !== proven)) throw proven === null ? missing() : another();
  return (userId) => userId === proven;
}

function missing(): Problem {
  const detail = `Send a JWT whose sub is the user's id, made by your server, as ${IDENTITY_HEADER}.`;
  return new Problem("identity-required", detail, { path: IDENTITY_HEADER, headers: CHALLENGE });
}

function another(): Problem {
  const detail =
    "The request names a user who is not the token's sub. Send each user's operations by themselves.";
  return new Problem("identity-invalid", detail, { path: IDENTITY_HEADER, headers: CHALLENGE });
}
