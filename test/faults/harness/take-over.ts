import type { Stage } from "./stage.ts";
import type { Tab } from "./tab.ts";

declare global {
  /** When the leading tab was last heard of. */
  var lastLife: number | undefined;
}

/** From here on `leader` gives `other` a sign of life each ms. */
export async function watchLife(leader: Tab, other: Tab): Promise<void> {
  await other.page.evaluate(() => {
    new BroadcastChannel("life").onmessage = () => {
      globalThis.lastLife = performance.now();
    };
  });
  await leader.page.evaluate(() => {
    const channel = new BroadcastChannel("life");
    setInterval(() => channel.postMessage(""), 1);
  });
  await other.page.waitForFunction(() => globalThis.lastLife !== undefined);
}

/** How many ms after the leader's last sign of life the other tab began to send. */
export function readTakeOver({ proxy }: Stage, other: Tab): Promise<number> {
  return other.page.evaluate((endpoint) => {
    const life = globalThis.lastLife ?? Number.NaN;
    const [request] = performance
      .getEntriesByType("resource")
      .filter(({ name, startTime }) => name.startsWith(endpoint) && startTime > life);
    return (request?.startTime ?? Number.NaN) - life;
  }, proxy.url);
}
