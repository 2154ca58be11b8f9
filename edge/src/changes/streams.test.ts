import { describe, expect, it } from "vitest";
import { Listener } from "../../test/listener.ts";
import type { News, Subscription, Versions } from "./news.ts";
import { Streams } from "./streams.ts";

const SERVER: Subscription = { audience: "server", form: "muster", key: "k", last: null };
const at = (number: number): Versions => ({ number, browser: `b${number}`, server: `s${number}` });
const news = (number: number): News => ({ ...at(number), rulesets: { browser: '"B"', server: '"S"' } });

function begin(streams: Streams, number = 1, subscription = SERVER): Listener | null {
  const stream = streams.begin(subscription, at(number), 1_000);
  return stream && new Listener(new Response(stream));
}

describe("streams", () => {
  it.each([
    [2, true],
    [3, true],
    [4, false],
  ])("of at most 3, number %i is taken: %s", (count, isTaken) => {
    const streams = new Streams(3);
    const all = Array.from({ length: count }, () => begin(streams));
    expect(all.at(-1) !== null).toBe(isTaken);
  });

  it("hear each change once, in order, whenever they came and however often it is told", async () => {
    const streams = new Streams(9);
    const early = begin(streams);
    const ahead = begin(streams, 2);
    streams.publish(news(2));
    streams.publish(news(2));
    streams.publish(news(1));
    streams.publish(news(3));
    // Whose Worker read the definitions before they changed.
    const late = begin(streams, 2);
    streams.publish(news(4));
    const heard = async (listener: Listener | null, count: number) => {
      const said: string[] = [];
      while (said.length < count) said.push(JSON.stringify((await listener?.next())?.data));
      return said.map((text) => text.replace('"ruleset":"S"', "+").replace('"ruleset":null', "-"));
    };
    expect(await heard(early, 4)).toEqual([
      '{"version":"s1",-,"after":null}',
      '{"version":"s2",+,"after":"s1"}',
      '{"version":"s3",+,"after":"s2"}',
      '{"version":"s4",+,"after":"s3"}',
    ]);
    expect((await heard(ahead, 3)).slice(0, 2)).toEqual([
      '{"version":"s2",-,"after":null}',
      '{"version":"s3",+,"after":"s2"}',
    ]);
    expect(await heard(late, 2)).toEqual([
      '{"version":"s3",-,"after":null}',
      '{"version":"s4",+,"after":"s3"}',
    ]);
  });

  it("end for who has not heard of a version, and for who came with another key", async () => {
    const streams = new Streams(9);
    const old = begin(streams, 1);
    const other = begin(streams, 2, { ...SERVER, key: "other" });
    const root = begin(streams, 2, { ...SERVER, key: null });
    streams.endBefore(2);
    streams.endOthers(new Set(["k"]));
    expect(streams.keys).toEqual([]);
    for (const listener of [old, other]) {
      expect(await listener?.next()).toBeDefined();
      expect(await listener?.next()).toBeUndefined();
    }
    streams.beat();
    expect(await root?.next()).toBeDefined();
    expect(await root?.nextBlock()).toBe(":");
    expect(streams.size).toBe(1);
    await root?.close();
    expect(streams.size).toBe(0);
  });

  it("are cut off where too much waits to be read, and nobody else waits for them", async () => {
    const streams = new Streams(9);
    streams.begin(SERVER, at(1), 1_000);
    const large: News = {
      ...news(2),
      rulesets: { browser: null, server: JSON.stringify("x".repeat(400_000)) },
    };
    for (let number = 2; number < 6; number++) streams.publish({ ...large, ...at(number) });
    expect(streams.size).toBe(0);
  });
});
