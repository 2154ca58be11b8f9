import type { Context } from "../engine/context.ts";
import type { Dates } from "../engine/features.ts";
import type { Operators, Test } from "../engine/operators.ts";
import { isAnniversary, nextAnniversary, periodStart } from "./calendar.ts";
import { readInstant } from "./instant.ts";
import { zoneOf } from "./zone.ts";

const onInstant =
  <V>(holds: (x: number, value: V, context: Context) => boolean) =>
  (name: string, value: V): Test =>
  (fields, context) => {
    const instant = readInstant(fields[name], (day) => zoneOf(context.zone).startOfDay(day));
    return instant !== undefined && holds(instant, value, context);
  };

/** Durations are ms; the value of `on` is that day's [begin, end). */
const operators: Operators = new Map(
  Object.entries({
    before: onInstant<number>((x, value) => x < value),
    after: onInstant<number>((x, value) => x > value),
    on: onInstant<readonly number[]>((x, [from = 0, to = 0]) => x >= from && x < to),
    within: onInstant<number>((x, length, context) => {
      context.changesAt(x > context.now ? x : x + length);
      return x <= context.now && context.now < x + length;
    }),
    olderThan: onInstant<number>((x, length, context) => {
      context.changesAt(x + length);
      return x + length <= context.now;
    }),
    upcoming: onInstant<number>((x, length, context) => {
      context.changesAt(x - length > context.now ? x - length : x);
      return context.now < x && x - length <= context.now;
    }),
    anniversary: onInstant((x, _, context) => {
      const zone = zoneOf(context.zone);
      const [day, today] = [zone.dayOf(x), zone.dayOf(context.now)];
      context.changesAt(nextAnniversary(zone, day, today, context.now));
      return isAnniversary(day, today);
    }),
  } satisfies Record<string, (...parameters: never[]) => Test>),
);

/** The engine's knowledge of dates and time zones. */
export const dates: Dates = {
  operators,
  period([, unit, offset, span], context) {
    const zone = zoneOf(context.zone);
    const today = zone.dayOf(context.now);
    const start = (shift: number) => zone.startOfDay(periodStart(unit, today, shift));
    return [start(offset), start(offset + span), start(1)];
  },
  dayOf: (ms, context) => zoneOf(context.zone).dayOf(ms),
};
