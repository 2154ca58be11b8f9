import type { UserEvent } from "@muster/rules";
import { decodeText } from "../db/text.ts";

/** An event as the log has it. */
export interface EventRow {
  profile: number;
  id: string;
  name: string;
  ts: number;
  props: string;
}

/** The columns of an `EventRow`, of `events e`. */
export const EVENT_COLUMNS = "e.profile, e.id, e.name, e.ts, e.props";

/** How many events are read at once, so that a user's past of any length fits into memory. */
export const PAGE = 2_000;

export function eventOf({ id, name, ts, props }: EventRow): UserEvent {
  return { id, name: decodeText(name), ts, props: JSON.parse(props) };
}
