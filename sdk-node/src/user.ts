import { LIMITS } from "@muster/rules";
import { MusterError } from "./error.ts";

/** Who is asked about or reported on: at least one id, but for rules that traits alone decide. */
export interface UserRef {
  userId?: string | undefined;
  anonymousId?: string | undefined;
  /** Traits that the host knows. They stand over the stored ones in answers, and are not stored. */
  traits?: { readonly [name: string]: unknown } | undefined;
}

/** Throws a MusterError for an id that the edge would refuse, so that it is not decided for here either. */
export function checkIds(user: UserRef): void {
  for (const path of ["userId", "anonymousId"] as const) {
    const id = user[path];
    if (id === undefined || (typeof id === "string" && id !== "" && id.length <= LIMITS.name)) continue;
    const detail = `${path} is a text of 1 to ${LIMITS.name} characters, or left out`;
    throw new MusterError("bad-user", detail, { path });
  }
}

/** The id that owns a user's events: the user id, else the anonymous one. */
export function ownerOf(user: UserRef): string | undefined {
  return user.userId === undefined ? prefixed("anonymous", user.anonymousId) : prefixed("user", user.userId);
}

function prefixed(kind: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${kind}:${id}`;
}
