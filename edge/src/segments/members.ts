import type { MemberList } from "@muster/rules/wire";
import { decodeText } from "../db/text.ts";

type Member = MemberList["members"][number];
export interface MemberPage {
  members: Member[];
  next: string | null;
}

/** Rows `[member]`; `?2` is the segment and `?3` the instant. */
export const INSERT_MEMBERS = `insert into segment_members (segment, member, since)
  select ?2, value ->> 0, ?3 from json_each(?1) where true on conflict do nothing`;

/** Rows `[member]`; `?2` is the segment. */
export const DELETE_MEMBERS = `delete from segment_members where segment = ?2
  and member in (select value ->> 0 from json_each(?1))`;

/** Whoever stands on a list is to be settled anew; a request that has read them before will meet a conflict. */
export const OUTDATE_MEMBERS = `update profiles set definitions = 0, seq = seq + 1 where id in
  (select i.profile from json_each(?1) j cross join identities i on i.value = j.value ->> 0 and i.kind in ('user', 'anonymous'))`;

/** Members by the rule: profiles in the order of their numbers. */
export async function pageOfProfiles(
  db: D1Database,
  segment: string,
  limit: number,
  cursor: string | undefined,
): Promise<MemberPage> {
  const { results } = await db
    .prepare(`select p.id, p.user_id as userId, p.anonymous_id as anonymousId, m.since
      from memberships m cross join profiles p on p.id = m.profile
      where m.segment = ? and m.profile > ? order by m.profile limit ?`)
    .bind(segment, Number(cursor ?? -1), limit + 1)
    .all<Member & { id: number }>();
  const page = results.slice(0, limit);
  const members = page.map(({ userId, anonymousId, since }) => ({
    userId: userId === null ? null : decodeText(userId),
    anonymousId: anonymousId === null ? null : decodeText(anonymousId),
    since,
  }));
  return { members, next: results.length > limit ? String(page.at(-1)?.id) : null };
}

/** A static list as it stands. Whom nobody has heard of yet counts as a user's id. */
export async function pageOfList(
  db: D1Database,
  segment: string,
  limit: number,
  cursor: string | undefined,
): Promise<MemberPage> {
  const { results } = await db
    .prepare(`select m.member, m.since,
        not exists (select 1 from identities where kind = 'user' and value = m.member)
          and exists (select 1 from identities where kind = 'anonymous' and value = m.member) as isAnonymous
      from segment_members m where m.segment = ? and m.member > ? order by m.member limit ?`)
    .bind(segment, cursor ?? "", limit + 1)
    .all<{ member: string; since: number; isAnonymous: number }>();
  const page = results.slice(0, limit);
  const members = page.map(({ member, since, isAnonymous }) => {
    const id = decodeText(member);
    return isAnonymous === 1
      ? { userId: null, anonymousId: id, since }
      : { userId: id, anonymousId: null, since };
  });
  return { members, next: results.length > limit ? (page.at(-1)?.member ?? null) : null };
}
