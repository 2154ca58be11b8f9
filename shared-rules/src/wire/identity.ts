import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { timestamp } from "./operation.ts";

/** Names a key in the header of a token. */
const kid = z
  .string()
  .min(1)
  .max(LIMITS.id)
  .regex(/^[\x21-\x7e]+$/, "a kid is made of visible ASCII characters");
/** With these the edge makes a secret, of which the customer's backend has a copy. */
const symmetric = z.enum(["HS256", "HS384", "HS512"]);

const base64url = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .regex(/^[\w-]+$/, "base64url without padding");
const kept = z.never("Send the public key only, and make a new pair: this one has travelled.").optional();
/** A public key, as RFC 7517 writes it; what else stands in it is not kept. */
const publicKey = <const Alg extends string, Shape extends z.ZodRawShape>(alg: Alg, shape: Shape) =>
  z.strictObject({
    kid: kid.optional(),
    alg: z.literal(alg),
    jwk: z.object({
      ...shape,
      alg: z.literal(alg).optional(),
      use: z.literal("sig").optional(),
      d: kept,
      k: kept,
    }),
  });
const rsa = {
  kty: z.literal("RSA"),
  n: base64url(342, 1_366).describe("2,048 to 8,192 bits"),
  e: base64url(1, 6),
};

/** `POST /v1/identity-keys`: a key that users' tokens are signed with. Left out, `kid` is made by the edge. */
export const createIdentityKeyRequest = z.discriminatedUnion("alg", [
  z.strictObject({ kid: kid.optional(), alg: symmetric }),
  publicKey("ES256", {
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    x: base64url(43, 43),
    y: base64url(43, 43),
  }),
  publicKey("RS256", rsa),
  publicKey("PS256", rsa),
  publicKey("EdDSA", { kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: base64url(43, 43) }),
]);
export type CreateIdentityKeyRequest = z.input<typeof createIdentityKeyRequest>;

export const identityAlgorithm = z.enum([...symmetric.options, "ES256", "RS256", "PS256", "EdDSA"]);
export type IdentityAlgorithm = z.infer<typeof identityAlgorithm>;

export const identityKey = z.object({
  kid: z.string(),
  alg: identityAlgorithm,
  /** The public key; null where the key is a secret. */
  jwk: z.record(z.string(), z.string()).nullable(),
  createdAt: timestamp,
  revokedAt: timestamp.nullable(),
});
export type IdentityKey = z.infer<typeof identityKey>;
/** A secret is shown once, when it is made, in base64url; null where the key is a public one. */
export const createdIdentityKey = identityKey.extend({ secret: z.string().nullable() });
export type CreatedIdentityKey = z.infer<typeof createdIdentityKey>;
/** `GET /v1/identity-keys`: all of them, revoked ones too. */
export const identityKeyList = z.object({ keys: z.array(identityKey) });

/** What a browser must show to be an identified user. */
export const identitySettings = z.strictObject({
  /** Whether a publishable key alone is not enough to read and write what is an identified user's. */
  required: z.boolean(),
  /** What must stand in a token's `aud`; null: anything may. */
  audience: z.string().min(1).max(LIMITS.name).nullable(),
});
export type IdentitySettings = z.infer<typeof identitySettings>;

/** The header in which a browser shows the token. */
export const IDENTITY_HEADER = "Muster-Identity";
