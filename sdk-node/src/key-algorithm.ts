import type { KeyObject } from "node:crypto";

const ALGORITHMS: ReadonlyMap<string | undefined, string> = new Map([
  ["ec", "ES256"],
  ["ed25519", "EdDSA"],
  ["rsa", "RS256"],
  ["rsa-pss", "PS256"],
]);

/** The algorithm (RFC 7518) that tokens are signed with by a key like this; undefined where the edge knows none. */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  const isOtherCurve = asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve !== "prime256v1";
  return isOtherCurve ? undefined : ALGORITHMS.get(asymmetricKeyType);
}
