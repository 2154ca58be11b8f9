/** Who is asked about or reported on: at least one id, but for rules that traits alone decide. */
export interface UserRef {
  userId?: string | undefined;
  anonymousId?: string | undefined;
  /** Traits that the host knows. They stand over the stored ones in answers, and are not stored. */
  traits?: { readonly [name: string]: unknown } | undefined;
}

/** The id that owns a user's events: the user id, else the anonymous one. */
export function ownerOf(user: UserRef): string | undefined {
  return user.userId === undefined ? prefixed("anonymous", user.anonymousId) : prefixed("user", user.userId);
}

function prefixed(kind: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${kind}:${id}`;
}
