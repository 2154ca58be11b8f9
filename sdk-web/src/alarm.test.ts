import { expect, test } from "vitest";
import { FakeClock } from "../test/fake-clock.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { ALARM_MS } from "./bounds.ts";

function setUp(): { clock: FakeClock; alarm: Alarm; rung: () => number } {
  const clock = new FakeClock(0);
  let rung = 0;
  const alarm = createAlarm(clock, () => rung++);
  return { clock, alarm, rung: () => rung };
}

test("rings once, at its instant and not before", async () => {
  const { clock, alarm, rung } = setUp();
  alarm(1_000);
  await clock.pass(999);
  expect(rung()).toBe(0);
  await clock.pass(1);
  expect(rung()).toBe(1);
  await clock.pass(10_000);
  expect(rung()).toBe(1);
});

test("an instant beyond what setTimeout can count is reached all the same", async () => {
  const { clock, alarm, rung } = setUp();
  const year = 365 * 86_400_000;
  alarm(year);
  await clock.pass(year - 1);
  expect(rung()).toBe(0);
  await clock.pass(1);
  expect(rung()).toBe(1);
});

test("a clock that went back makes it wait, and setting it anew takes the place of the old", async () => {
  const { clock, alarm, rung } = setUp();
  alarm(1_000);
  clock.jump(-5_000);
  await clock.pass(1_000);
  expect(rung()).toBe(0);
  await clock.pass(5_000);
  expect(rung()).toBe(1);
  alarm(clock.now() + 100);
  alarm(null);
  await clock.pass(1_000);
  expect(rung()).toBe(1);
  expect(clock.waiting).toBe(0);
});

test("an instant that is past rings at once", async () => {
  const { clock, alarm, rung } = setUp();
  clock.jump(9_000);
  alarm(1_000);
  await clock.pass(0);
  expect(rung()).toBe(1);
});

test("what is due with every ms rings no more often than its bound, also after the clock went back", async () => {
  const clock = new FakeClock(0);
  let rung = 0;
  const alarm: Alarm = createAlarm(clock, () => {
    rung++;
    alarm(clock.now() + 1);
  });
  alarm(1);
  await clock.pass(1 + ALARM_MS * 10 - 1);
  expect(rung).toBe(10);
  await clock.pass(1);
  expect(rung).toBe(11);
  clock.jump(-3_600_000);
  alarm(clock.now() + 1);
  await clock.pass(ALARM_MS);
  expect(rung).toBe(12);
  alarm(null);
});
