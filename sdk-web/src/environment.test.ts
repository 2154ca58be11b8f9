import { afterEach, expect, test, vi } from "vitest";
import { browserEnvironment } from "./environment.ts";
import { openTabs } from "./tabs/web-tabs.ts";

afterEach(() => void vi.unstubAllGlobals());

const OPTIONS = { key: "mst_pub_test", endpoint: "" };

test("where the browser refuses a channel to other tabs, or has none, a tab is alone", () => {
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      constructor() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      }
    },
  );
  expect(browserEnvironment(OPTIONS).tabs).toBeUndefined();
  vi.stubGlobal("BroadcastChannel", undefined);
  expect(browserEnvironment(OPTIONS).tabs).toBeUndefined();
});

test("where the browser refuses locks each tab leads, but not one that has given up the wait", async () => {
  let refuse: (() => void) | undefined;
  const request = () =>
    new Promise((_, reject) => {
      refuse = () => reject(new DOMException("no locks here", "SecurityError"));
    });
  vi.stubGlobal("navigator", { locks: { request } });
  const tabs = openTabs("test");
  for (const isGivenUp of [false, true]) {
    const lead = vi.fn();
    const giveUp = tabs.campaign(lead);
    if (isGivenUp) giveUp();
    refuse?.();
    await new Promise((resolve) => setTimeout(resolve));
    expect(lead).toHaveBeenCalledTimes(isGivenUp ? 0 : 1);
  }
  tabs.close();
});
