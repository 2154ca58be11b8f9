import type { IdentityRule } from "./verify-token.ts";

/**
 * Columns beside a `workspace w` and the request's key `k`; nothing where it needs no proof. They are read with each
 * request, so that a revoked key is gone at once.
 */
export const IDENTITY_COLUMNS = `w.identity_audience, iif(w.identity_required and k.kind = 'publishable',
  (select json_group_array(json_object('kid', kid, 'alg', alg, 'jwk', json(jwk)))
   from identity_keys where revoked_at is null), null) as identity_keys`;

export interface IdentityRow {
  identity_audience: string | null;
  identity_keys: string | null;
}

/** The rule for a request; null where it needs no proof. */
export function identityRuleOf(row: IdentityRow): IdentityRule | null {
  return row.identity_keys === null
    ? null
    : { audience: row.identity_audience, keys: JSON.parse(row.identity_keys) };
}
