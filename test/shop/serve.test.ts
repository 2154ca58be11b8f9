import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createdKey, segment, segmentList } from "@muster/rules/wire";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Shop, startShop } from "../../examples/shop/serve.ts";

let folder: string;
let shop: Shop;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-shop-"));
  shop = await startShop({ folder });
});
afterAll(async () => {
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function admin(path: string, body?: unknown, method = "GET"): Promise<unknown> {
  const headers = { authorization: `Bearer ${shop.keys.admin}`, "content-type": "application/json" };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(shop.edge.url + path, { method, headers, ...init });
  return response.status === 204 ? undefined : response.json();
}

/** The status of a request with a Host header of one's own, which `fetch` does not allow. */
function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${shop.url}/edge?userId=ann`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

test("no file that is served holds the secret or the admin key", async () => {
  const page = await (await fetch(shop.url)).text();
  const worker = await (await fetch(`${shop.url}/service-worker.js`)).text();
  const paths = [...new Set(worker.match(/"\/[\w./-]*"/g))].map((quoted) => quoted.slice(1, -1));
  expect(paths).toEqual(expect.arrayContaining(["/", "/app.js", "/style.css"]));
  const files = await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(shop.url + path);
      expect(response.status, path).toBe(200);
      return response.text();
    }),
  );
  expect(page).toContain(shop.keys.publishable.key);
  expect([worker, ...files].join("\n")).not.toMatch(/mst_(?:sec|adm)_/);
});

test("the page comes under a strict policy", async () => {
  const { headers } = await fetch(`${shop.url}/lamps/dot`);
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; " +
      `connect-src 'self' ${shop.edge.url}; img-src 'self' data:; ` +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
      "require-trusted-types-for 'script'; trusted-types shop",
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("what is not the shop's is refused", async () => {
  const status = async (path: string, init?: RequestInit) => (await fetch(shop.url + path, init)).status;
  expect(await status("/../package.json")).toBe(404);
  expect(await status("/lamps/<script>")).toBe(404);
  expect(await status("/", { method: "POST" })).toBe(405);
  expect(await status("/edge")).toBe(400);
  expect(await status("/edge?userId=nobody")).toBe(200);
  expect(await statusFor("shop.example")).toBe(403);
  expect(await statusFor("127.0.0.1")).toBe(200);
});

test("keys are for their owner's eyes", async () => {
  expect((await stat(shop.keyFile)).mode & 0o777).toBe(0o600);
});

test("a second start keeps keys, segments and what people changed; a revoked or damaged key is made anew", async () => {
  const rule = { event: "purchase", op: "gte", value: 5 };
  segment.parse(await admin("/v1/segments/loyal", { rule }, "PATCH"));
  const { keys } = shop;
  await shop.stop();
  shop = await startShop({ folder });
  expect(shop.keys).toEqual(keys);
  const { segments } = segmentList.parse(await admin("/v1/segments"));
  expect(segments.map(({ key }) => key).toSorted()).toEqual(["browse-abandoner", "cart-abandoner", "loyal"]);
  expect(segments.find(({ key }) => key === "loyal")?.rule).toEqual(rule);

  await admin(`/v1/keys/${keys.secret.id}`, undefined, "DELETE");
  await shop.stop();
  shop = await startShop({ folder });
  expect(shop.keys.publishable).toEqual(keys.publishable);
  expect(shop.keys.secret.id).not.toBe(keys.secret.id);

  await shop.stop();
  await writeFile(shop.keyFile, "{");
  shop = await startShop({ folder });
  expect(createdKey.parse(shop.keys.secret).kind).toBe("secret");
  expect((await fetch(`${shop.url}/edge?userId=ann`)).status).toBe(200);
});

test("a taken port is passed over", async () => {
  const port = Number(new URL(shop.url).port);
  const other = await mkdtemp(join(tmpdir(), "muster-shop-"));
  const second = await startShop({ folder: other, port, edgePort: Number(new URL(shop.edge.url).port) });
  onTestFinished(async () => {
    await second.stop();
    await rm(other, { recursive: true, force: true });
  });
  expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
  expect(second.edge.url).not.toBe(shop.edge.url);
  expect((await fetch(second.url)).status).toBe(200);
});
