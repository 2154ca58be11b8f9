import { launchBrowser } from "../../launch-browser.ts";
import { serveScript } from "../../serve-script.ts";
import { bundle } from "./bundle.ts";
import type { Runtime } from "./runtime.ts";

/** Judges in headless Chromium, under a strict content security policy. */
export async function openChromium(): Promise<Runtime> {
  const [server, browser] = await Promise.all([
    bundle("./page.ts").then((script) => serveScript(script)),
    launchBrowser(),
  ]);
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.judging !== undefined);
  return {
    judge: (file) =>
      page.evaluate((given) => {
        if (!globalThis.judging) throw new Error("the page has no judge");
        return globalThis.judging.judge(given);
      }, file),
    tryDynamicCode: () =>
      page.evaluate(() => {
        if (!globalThis.judging) throw new Error("the page has no judge");
        return globalThis.judging.tryDynamicCode();
      }),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
