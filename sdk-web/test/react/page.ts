import type { Bootstrap } from "@muster/rules/wire";
import { createElement, type ReactNode, StrictMode, Suspense } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { type Client, type ClientOptions, createClient } from "../../src/index.ts";
import { MusterProvider } from "../../src/react.ts";
import * as app from "./app.ts";

/** What a test does with the page. */
export interface ReactPage {
  clients: Client[];
  app: typeof app;
  /** A client of this page. */
  open(options: ClientOptions): Client;
  /** What the server has put into the page's HTML. */
  bootstrap(): Bootstrap;
  /** Takes over what the server has rendered, once the device's own memory is there. */
  hydrate(client: Client, isStrict?: boolean): Promise<void>;
  /** Renders a component by its name, with a client. */
  render(client: Client, component: keyof typeof COMPONENTS, isStrict?: boolean): Root;
  /** How often each component was rendered. */
  counts(): { [component: string]: number };
  /** Lets React do what it has put off. */
  settle(): Promise<void>;
  /** What `Late` waits for. */
  arrive(): void;
}

let arrive = (): void => {};
const arrival = new Promise<void>((resolve) => {
  arrive = resolve;
});
const COMPONENTS = {
  App: app.App,
  Headline: app.Headline,
  Checkout: app.Checkout,
  Repeat: app.Repeat,
  Slow: app.Slow,
  Odd: app.Odd,
  Late: () => createElement(Suspense, { fallback: "…" }, createElement(app.Late, { wait: arrival })),
};

const within = (isStrict: boolean, child: ReactNode): ReactNode =>
  isStrict ? createElement(StrictMode, null, child) : child;

const page: ReactPage = {
  clients: [],
  app,
  counts: () => Object.fromEntries(Object.entries(app.rendered).map(([name, texts]) => [name, texts.length])),

  async settle() {
    for (let frame = 0; frame < 3; frame++)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  },

  arrive: () => arrive(),

  open(options) {
    const client = createClient({ capture: false, ...options });
    page.clients.push(client);
    return client;
  },

  bootstrap: () => JSON.parse(document.getElementById("bootstrap")?.textContent ?? "null"),

  async hydrate(client, isStrict = false) {
    await client.ready;
    const provider = createElement(
      MusterProvider,
      { client, bootstrap: page.bootstrap() },
      createElement(app.App),
    );
    hydrateRoot(document.getElementById("root") ?? document.body, within(isStrict, provider), {
      onRecoverableError: (error) => console.error(error),
    });
  },

  render(client, component, isStrict = false) {
    const root = createRoot(document.body.appendChild(document.createElement("div")));
    root.render(
      within(isStrict, createElement(MusterProvider, { client }, createElement(COMPONENTS[component]))),
    );
    return root;
  },
};

Object.assign(globalThis, { page });
document.documentElement.dataset.ready = "";
