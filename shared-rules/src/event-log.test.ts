import fc from "fast-check";
import { expect, test } from "vitest";
import { EventLog } from "./event-log.ts";
import type { UserEvent } from "./user.ts";

const event = (id: string, ts: number, name = "visit"): UserEvent => ({ id, name, ts, props: {} });

test("events come in order of time and id, whatever the order of arrival (law 2)", () => {
  const events = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), ts: fc.nat(9) }), {
    selector: ({ id }) => id,
  });
  fc.assert(
    fc.property(events, fc.infiniteStream(fc.nat()), (list, keys) => {
      const all = list.map(({ id, ts }) => event(id, ts));
      const shuffled = all.map((one) => ({ one, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
      const log = new EventLog(shuffled.map(({ one }) => one));
      expect([...log]).toEqual([...new EventLog(all)]);
      expect([...log]).toEqual([...all].sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1)));
    }),
  );
});

test("a second event with an id already there changes nothing", () => {
  const log = new EventLog([event("a", 5)]);
  expect(log.add(event("a", 1, "other"))).toBe(false);
  expect(log.size).toBe(1);
  expect(log.named("other")).toEqual([]);
  expect([...log]).toEqual([event("a", 5)]);
});

test("an event whose time is none is not an event", () => {
  const log = new EventLog();
  for (const ts of [Number.NaN, 1.5, 8e15 + 1, -8e15 - 1, 1e300]) expect(log.add(event("a", ts))).toBe(false);
  expect(log.size).toBe(0);
});
