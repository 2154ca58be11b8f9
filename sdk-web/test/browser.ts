import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from "playwright-core";

const FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage";

/** The real browser. */
export function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    ...options,
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: FLAGS.split(" "),
  });
}

export interface Site {
  url: string;
  close(): void;
}

/** Serves scripts and pages (`.html`) by name and, at any other path, one with the script `page.js`; under a strict CSP. */
export async function serveSite(files: ReadonlyMap<string, string>, connect = "'none'"): Promise<Site> {
  const policy = `default-src 'none'; script-src 'self'; connect-src ${connect}`;
  const server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? "";
    const file = files.get(name);
    const isPage = file === undefined || name.endsWith(".html");
    response.setHeader("content-security-policy", policy);
    response.setHeader("content-type", isPage ? "text/html" : "text/javascript");
    response.end(file ?? '<!doctype html><title>Page</title><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

/** Fails on anything that the page's policy refuses and on errors that nobody caught. */
export function watchErrors(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on("weberror", (error) => errors.push(String(error.error())));
  context.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) errors.push(message.text());
  });
  return errors;
}
