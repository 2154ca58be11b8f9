import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, BrowserContext, JSHandle, Page } from "playwright-core";
import { serveScript } from "../serve-script.ts";
import type { FlagsEdge } from "./flags-edge.ts";
import type { PageClient, PageContext, StartOptions } from "./page.ts";

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2023",
    logLevel: "error",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild made nothing of the page");
  return output.text;
}

/** Serves the page with OpenFeature in it, from another origin than the edge's. */
export async function servePage(edge: FlagsEdge) {
  return serveScript(await bundlePage(), edge.url);
}

/** A visitor in a browser of their own, and what their page has asked of the edge. */
export class Visitor {
  /** Status and query of each evaluation that was answered. */
  readonly answers: { status: number; query: string }[] = [];
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #client: JSHandle<PageClient>;

  private constructor(page: Page, client: JSHandle<PageClient>) {
    this.#context = page.context();
    this.#client = client;
  }

  static async enter(browser: Browser, url: string): Promise<Visitor> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url);
    const handle = await page.waitForFunction(() => globalThis.openFeature);
    const visitor = new Visitor(page, handle as JSHandle<PageClient>);
    page.on("console", (message) => {
      if (message.type() === "error") visitor.complaints.push(message.text());
    });
    page.on("response", (response) => {
      const { pathname, search } = new URL(response.url());
      const isEvaluation = pathname.endsWith("/flags") && response.request().method() === "POST";
      if (isEvaluation) visitor.answers.push({ status: response.status(), query: search });
    });
    return visitor;
  }

  start(options: StartOptions, context: PageContext): Promise<string | null> {
    return this.#client.evaluate((client, [options, context]) => client.start(options, context), [
      options,
      context,
    ] as const);
  }

  setContext(context: PageContext): Promise<void> {
    return this.#client.evaluate((client, context) => client.setContext(context), context);
  }

  /** Asks the page's client. */
  ask<Answer>(question: (client: PageClient) => Answer): Promise<Answer> {
    return this.#client.evaluate(question) as Promise<Answer>;
  }

  leave(): Promise<void> {
    return this.#context.close();
  }
}
