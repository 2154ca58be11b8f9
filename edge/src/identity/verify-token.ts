import { LIMITS } from "@muster/rules";
import type { IdentityAlgorithm } from "@muster/rules/wire";
import { decodeProtectedHeader, errors, importJWK, type JWK, type JWTPayload, jwtVerify } from "jose";
import { Problem } from "../problem.ts";

/** A key that tokens may be signed with; a secret is a key of type `oct`. */
interface VerifyingKey {
  kid: string;
  alg: IdentityAlgorithm;
  jwk: JWK;
}

/** By what tokens are judged. */
export interface IdentityRule {
  /** What must stand in `aud`; null: anything may. */
  audience: string | null;
  /** Those in use. */
  keys: readonly VerifyingKey[];
}

/** Seconds by which the clock of who signs may be wrong. */
const TOLERANCE = 60;

/**
 * The user whom a token is about. Only a key whose algorithm is the token's is tried: the one that `kid` names, or
 * each of them where there is no `kid`. Keys and addresses of keys that a token brings along are not looked at.
 * @throws Problem `identity-invalid`
 */
export async function verifyToken(
  token: string,
  { audience, keys }: IdentityRule,
  now: number,
): Promise<string> {
  if (token.length > LIMITS.identityToken)
    throw invalid(`A token may have ${LIMITS.identityToken} characters.`);
  const { alg, kid } = headerOf(token);
  for (const key of keys) {
    if (key.alg !== alg || (kid !== undefined && key.kid !== kid)) continue;
    try {
      const { payload } = await jwtVerify(token, await importJWK(key.jwk, key.alg), {
        algorithms: [key.alg],
        requiredClaims: ["sub", "exp"],
        clockTolerance: TOLERANCE,
        currentDate: new Date(now),
        ...(audience === null ? {} : { audience }),
      });
      return subjectOf(payload, Math.floor(now / 1000));
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw explain(error);
    }
  }
  throw invalid("None of the keys in use here with its alg, and its kid if it has one, made its signature.");
}

function headerOf(token: string): { alg: unknown; kid: unknown } {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return { alg, kid };
  } catch {
    throw invalid("It is not a signed JWT in its compact form.");
  }
}

/** What jose leaves to others: that a token is not for ever, not of the future, and about a user that can be. */
function subjectOf({ sub, exp = 0, iat = 0 }: JWTPayload, now: number): string {
  if (exp > now + LIMITS.identityLifetime + TOLERANCE) {
    throw invalid(`Its exp may be ${LIMITS.identityLifetime} seconds from now, not more.`);
  }
  if (iat > now + TOLERANCE) throw invalid("Its iat is in the future.");
  if (typeof sub !== "string" || sub === "" || sub.length > LIMITS.name) {
    throw invalid("Its sub must be the user's id.");
  }
  return sub;
}

const CLAIMS: ReadonlyMap<string, string> = new Map([
  ["aud", "Its aud must be the workspace's audience."],
  ["nbf", "It is not valid yet: see its nbf."],
  ["iat", "Its iat must be a number of seconds."],
  ["sub", "It has no sub: the user's id."],
]);

function explain(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof errors.JWTExpired) return invalid("It has expired.");
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalid(CLAIMS.get(error.claim) ?? "It has no exp: a number of seconds since 1970.");
  }
  return error instanceof errors.JOSEError || error instanceof TypeError
    ? invalid("It is not a JWT that can be read.")
    : error;
}

function invalid(detail: string): Problem {
  return new Problem("identity-invalid", detail, { path: "Muster-Identity", headers: CHALLENGE });
}

/** What RFC 9110 wants beside a 401. */
export const CHALLENGE = { "www-authenticate": 'Muster-Identity realm="muster"' };
