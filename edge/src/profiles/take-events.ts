import { LIMITS } from "@muster/rules";
import { History } from "./history.ts";
import type { Profile } from "./profile.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Takes the request's events into the pasts of their users. Of those of a user whose state would be larger than it
 * may be, only the first ones, in the order in which they came, for which there is room.
 */
export function takeEvents(set: WorkingSet, now: number): void {
  for (const profile of set.profiles) {
    // The past of one whose logs overlap was made of these events too.
    if (profile.newEvents.length > 0 && !set.overlapping.has(profile)) takeInto(profile, set, now);
  }
}

function takeInto(profile: Profile, { definitions }: WorkingSet, now: number): void {
  const { newEvents, history } = profile;
  const before = history.saved(now);
  const take = (count: number) => {
    const taken = new History(definitions, before);
    for (const event of newEvents.slice(0, count)) taken.apply(event);
    profile.history = taken;
    return taken.save(now).length <= LIMITS.state;
  };
  if (take(newEvents.length)) return;
  let room = 0;
  for (let most = newEvents.length; most - room > 1; ) {
    const middle = (room + most) >>> 1;
    if (take(middle)) room = middle;
    else most = middle;
  }
  take(room);
  profile.refuseEvents(room);
}
