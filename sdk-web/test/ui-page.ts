import { createServer } from "node:http";
import type { Content, PromptDecision } from "@muster/rules/decide";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { bundle } from "../rollup.config.mjs";
import type { PromptAction } from "../src/index.ts";
import type { renderPrompts as render } from "../src/ui.ts";
import { type Site, watchErrors } from "./browser.ts";
import { build } from "./build.ts";

/** The strictest policy that a page with images can have. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** What the page's script puts there for tests: a client that decides what the test says, and what it heard. */
export interface Scene {
  /**
   * What placements show, by key; `leaving` stands for the moment of leaving, and under a key with `!` after it what that
   * moment puts first.
   */
  decisions: Record<string, PromptDecision & { leaving?: boolean }>;
  /** What claims answer; true if left out. */
  refused: boolean;
  claims: string[];
  answers: [string, PromptAction][];
  /** The page's own events: name and campaign. */
  events: [string, string][];
  /** How far things moved. */
  shift: number;
  violations: string[];
  renderPrompts: typeof render;
  /** Renders from here on. */
  start(): () => void;
  /** Whose prompts these are. */
  user: string;
  /** Decides this for the placement, and says so. */
  offer(placement: string, content: Content | undefined, more?: Partial<PromptDecision>): void;
}

declare global {
  var scene: Scene;
}

function setUp(renderPrompts: typeof render): void {
  const listeners = new Set<() => void>();
  const empty = { reason: "DEFAULT", until: null } as const;
  const client: Parameters<typeof render>[0] = {
    prompt(placement, { leaving = false } = {}) {
      const first = leaving && scene.decisions[`${placement}!`];
      const { leaving: only = false, ...decision } = first ||
        scene.decisions[placement] || { placement, ...empty };
      return only && !leaving ? { placement, ...empty } : decision;
    },
    async showPrompt({ campaign = "" }) {
      scene.claims.push(campaign);
      return !scene.refused;
    },
    async answerPrompt({ campaign = "" }, action) {
      scene.answers.push([campaign, action]);
    },
    inspect: () => ({ user: { anonymousId: scene.user } }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const scene: Scene = {
    decisions: {},
    refused: false,
    ...{ claims: [], answers: [], events: [], violations: [] },
    shift: 0,
    user: "ann",
    renderPrompts,
    start: () => renderPrompts(client),
    offer(placement, content, more = {}) {
      const named = { campaign: "hello", kind: "prompt", reason: "TARGETING_MATCH", until: null } as const;
      scene.decisions[placement] = { placement, ...named, ...more, ...(content && { content }) };
      if (!content) delete scene.decisions[placement];
      for (const listener of listeners) listener();
    },
  };
  globalThis.scene = scene;
  for (const name of ["muster-shown", "muster-answered"])
    document.addEventListener(name, (event) => {
      if (event instanceof CustomEvent) scene.events.push([name, event.detail.decision.campaign]);
    });
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
    scene.violations.push(`${violatedDirective} ${blockedURI} ${sourceFile}`),
  );
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if ("value" in entry) scene.shift += Number(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
  document.documentElement.dataset.ready = "";
}

const SCRIPT = `import { renderPrompts } from "/ui.js"; (${setUp})(renderPrompts);`;

const STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; line-height: 1.6 }
a { color: inherit }
.room { display: block; min-block-size: 6rem }
@media (max-width: 30em) { .room { min-block-size: 12rem } }
.dark { color-scheme: dark; background: #111 }
.theme muster-prompt::part(title) { font-style: italic }
.theme { --muster-accent-color: #a03f17; --muster-on-accent-color: #fffaf4; --muster-radius: 4px; --muster-background: #fff6e8; --muster-color: #26211a }
`;

const IMAGE = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#f6b95b"/><circle cx="320" cy="180" r="110" fill="#a03f17"/></svg>`;

const WORDS = "A quiet page about lamps, so that there is something below and behind what shows. ".repeat(60);

/** A page with a link, a field, elements of the placements `top` (with room) and `home`, and text. */
const html = (dir: string): string => `<!doctype html>
<html lang="en" dir="${dir}"><head><meta charset="utf-8"><title>Page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/image.svg"><link rel="stylesheet" href="/page.css"><script type="module" src="/page.js"></script></head>
<body><header><h1>Lamps</h1></header>
<muster-prompt class="room" placement="top"></muster-prompt>
<main><p><a id="link" href="#link">A link</a> <label>Name <input id="field"></label></p><p>${WORDS}</p></main>
<muster-prompt placement="home"></muster-prompt></body></html>`;

/** What another page than that of the scene needs. */
interface Other {
  scripts: ReadonlyMap<string, string>;
  /** Where it may send to. */
  connect: string;
}

/** Serves the page, without a policy at `?lax`; every path that is no file is the page, `/missing` is missing. */
export async function serveUi(other?: Other): Promise<Site> {
  const code = (await build([bundle("src/ui.ts")])).get("ui.js")?.code ?? "";
  const files = new Map<string, readonly [type: string, body: string]>([
    ["/ui.js", ["text/javascript", code]],
    ["/page.js", ["text/javascript", SCRIPT]],
    ["/page.css", ["text/css", STYLE]],
    ["/image.svg", ["image/svg+xml", IMAGE]],
    ...[...(other?.scripts ?? [])].map(
      ([name, script]) => [`/${name}`, ["text/javascript", script]] as const,
    ),
  ]);
  const policy = other ? `${POLICY}; connect-src ${other.connect}` : POLICY;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://page");
    const [type = "text/html", body] = files.get(pathname) ?? [];
    if (!searchParams.has("lax")) response.setHeader("content-security-policy", policy);
    response.setHeader("content-type", type);
    if (pathname === "/missing") response.statusCode = 404;
    if (pathname === "/never") return;
    response.end(body ?? html(searchParams.get("dir") ?? "ltr"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

/** What is worth offering: each part there is. */
export const CONTENT: Content = {
  title: "Need a hand choosing?",
  text: "You have looked at a few lamps. Most people start with Dot, and few send it back.",
  image: { url: "/image.svg", alt: "Dot, a round lamp" },
  primary: { label: "Show me Dot", url: "/lamps/dot" },
  secondary: { label: "Not now" },
};

interface UiOptions extends BrowserContextOptions {
  path?: string;
  /** Done in the page before its own scripts run. */
  before?: () => void;
}

/** Opens the page in a context of its own, rendering. */
export async function openUi(
  browser: Browser,
  site: Site,
  { path = "/", before, ...options }: UiOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const errors = watchErrors(context);
  const page = await context.newPage();
  if (before) await page.addInitScript(before);
  await page.goto(site.url + path);
  await page.waitForSelector("html[data-ready]");
  await page.evaluate(() => void scene.start());
  return { page, errors };
}

/** Resolves once what is offered stands, and no longer moves. */
export async function waitForSurface(page: Page, part = "surface"): Promise<void> {
  await page.locator(`[part~=${part}]`).waitFor();
  await page.evaluate(async () => {
    const roots = [...document.querySelectorAll("muster-prompt")].map((element) => element.shadowRoot);
    await Promise.all(roots.flatMap((root) => root?.getAnimations() ?? []).map(({ finished }) => finished));
  });
}
