import { type Ids, identitiesOf, rowsOf } from "./scope.ts";

/**
 * The profile of the identity that counts; and that of the device, where it is no other user's. `?1` are the
 * identities, the one that counts first.
 */
const WHOSE = `select i.profile from json_each(?1) j
  cross join identities i on i.kind = j.value ->> 0 and i.value = j.value ->> 1
  cross join profiles p on p.id = i.profile
  where j.key = 0 or p.user_id is null`;

const OF_PROFILE = ["events", "writes", "memberships", "membership_log"].map(
  (table) => `delete from ${table} where profile in (${WHOSE})`,
);
const PROFILE = `delete from profiles where id in (${WHOSE})`;
/** An identity is always some profile's: those that are nobody's now are the erased. */
const IDENTITIES = `delete from identities where profile in (select i.profile from json_each(?1) j
  cross join identities i on i.kind = j.value ->> 0 and i.value = j.value ->> 1
  where not exists (select 1 from profiles p where p.id = i.profile))`;

/**
 * Erases all that is kept of a user, in one batch. Whoever has read the profile before meets a conflict when they
 * write, begins anew and finds nobody.
 * @returns whether there was anything
 */
export async function eraseUser(db: D1Database, user: Ids): Promise<boolean> {
  const identities = JSON.stringify(rowsOf(identitiesOf(user)));
  const queries = [...OF_PROFILE, PROFILE, IDENTITIES];
  const results = await db.batch(queries.map((query) => db.prepare(query).bind(identities)));
  return results.some(({ meta }) => meta.changes > 0);
}
