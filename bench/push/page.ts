import { launchBrowser, serveSite } from "../../sdk-web/test/browser.ts";
import { build } from "../../sdk-web/test/build.ts";

/** What `page.js` leaves in the page. */
declare const seen: { value: boolean; at: number }[];
declare const client: { flush(): Promise<void> };

const PAGE = `
  import { createClient } from "/index.js";
  const [key, endpoint] = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  globalThis.seen = [];
  globalThis.client = createClient({ key, endpoint });
  let value;
  const look = () => {
    const next = client.value("promo", false);
    if (next === value) return;
    value = next;
    seen.push({ value, at: performance.timeOrigin + performance.now() });
  };
  client.subscribe(look);
  look();
`;

/** A page in Chromium with the browser SDK: when it came to decide otherwise (wall clock, ms). */
export async function openPage(url: string, key: string) {
  const chunks = await build();
  const scripts = new Map([...chunks].map(([name, { code }]) => [name, code] as const));
  const site = await serveSite(new Map([...scripts, ["page.js", PAGE]]), url);
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const streaming = page.waitForResponse((response) => response.url().includes("/v1/changes"));
  await page.goto(`${site.url}/#${encodeURIComponent(JSON.stringify([key, url]))}`);
  await page.waitForFunction(() => "client" in globalThis);
  await page.evaluate(() => client.flush());
  await streaming;
  return {
    seen: () => page.evaluate(() => seen),
    async close() {
      await browser.close();
      site.close();
    },
  };
}
