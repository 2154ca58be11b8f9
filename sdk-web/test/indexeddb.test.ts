import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, type Site, serveSite } from "./browser.ts";
import { CONFORMANCE } from "./store-conformance.ts";

const PAGE = `
  import { CONFORMANCE } from "./test/store-conformance.ts";
  import { openIndexedDB } from "./src/store/indexeddb.ts";
  globalThis.check = (name) => CONFORMANCE.get(name)(openIndexedDB("conformance " + name));
  import { readAll, write } from "./test/memory-store.ts";
  Object.assign(globalThis, { openIndexedDB, readAll, write });
`;

declare const check: (name: string) => Promise<void>;
declare const readAll: typeof import("./memory-store.ts").readAll;
declare const write: typeof import("./memory-store.ts").write;
declare const openIndexedDB: typeof import("../src/store/indexeddb.ts").openIndexedDB;

let browser: Browser;
let site: Site;
let page: Page;

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: new URL("..", import.meta.url).pathname },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  site = await serveSite(new Map([["page.js", outputFiles[0]?.text ?? ""]]));
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(site.url);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
});

test.each([...CONFORMANCE.keys()])("IndexedDB %s", (name) => page.evaluate((name) => check(name), name));

test("what was written is there for another connection, also after this one is closed", async () => {
  const kept = await page.evaluate(async () => {
    const [one, other] = [openIndexedDB("two"), openIndexedDB("two")];
    await write(one, [["a", 1]]);
    await write(other, [["b", 2]]);
    await one.close();
    return [...(await readAll(other))];
  });
  expect(kept).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

test("nobody who deletes the database waits for the page, which begins anew", async () => {
  const kept = await page.evaluate(async () => {
    const store = openIndexedDB("deleted");
    await write(store, [["a", 1]]);
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase("deleted");
      request.onsuccess = resolve;
      request.onerror = reject;
      request.onblocked = reject;
    });
    await write(store, [["b", 2]]);
    return [...(await readAll(store))];
  });
  expect(kept).toEqual([["b", 2]]);
});

test("a database of another make is refused, for memory to take over", async () => {
  const message = await page.evaluate(async () => {
    await new Promise((resolve) => {
      const request = indexedDB.open("foreign", 3);
      request.onsuccess = () => resolve(request.result.close());
    });
    return readAll(openIndexedDB("foreign")).then(
      () => "",
      (error) => String(error),
    );
  });
  expect(message).toContain("NotFoundError");
});
