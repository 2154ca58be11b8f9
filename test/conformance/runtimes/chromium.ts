import { createServer } from "node:http";
import { launchBrowser } from "../../launch-browser.ts";
import { bundle } from "./bundle.ts";
import type { Runtime } from "./runtime.ts";

/** A page whose only script is `script`, under a policy that allows nothing else, on a free local port. */
async function serve(script: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(({ url }, response) => {
    const isScript = url === "/page.js";
    response.setHeader(
      "Content-Type",
      isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8",
    );
    response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'self'");
    response.end(
      isScript ? script : '<!doctype html><title>judge</title><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** Judges in headless Chromium, under a strict content security policy. */
export async function openChromium(): Promise<Runtime> {
  const [server, browser] = await Promise.all([bundle("./page.ts").then(serve), launchBrowser()]);
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
