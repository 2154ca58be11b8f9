import fc from "fast-check";
import { expect, test } from "vitest";
import { Schedule } from "./schedule.ts";

const instant = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2.5),
);

test("finds the least instant and the first position that is due, as looking at all of them does", () => {
  const writes = fc.array(fc.tuple(fc.nat(), instant), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(instant, { maxLength: 17 }), writes, fc.integer(), (instants, list, at) => {
      const schedule = new Schedule(Float64Array.from(instants));
      const check = () => {
        expect(schedule.least).toBe(Math.min(...instants));
        for (const now of [at, 0, 2, 3]) {
          expect(schedule.firstDue(now)).toBe(instants.findIndex((one) => one <= now));
        }
      };
      check();
      for (const [place, one] of instants.length ? list : []) {
        const position = place % instants.length;
        instants[position] = one;
        schedule.set(position, one);
        check();
      }
    }),
  );
});
