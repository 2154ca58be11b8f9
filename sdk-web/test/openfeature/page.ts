import { type Client as FlagClient, OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { type Client, type ClientOptions, createClient } from "../../src/index.ts";
import { MusterWebProvider, type MusterWebProviderOptions } from "../../src/openfeature.ts";

/** What a test does with the page. */
export interface OpenFeaturePage {
  OpenFeature: typeof OpenFeature;
  flags: FlagClient;
  /** The client that was opened last. */
  client: Client | undefined;
  /** A provider with its client. */
  open(
    options: ClientOptions,
    more?: MusterWebProviderOptions,
  ): { client: Client; provider: MusterWebProvider };
  /** The events of the provider so far, each with the flags that it says have changed. */
  heard: string[];
  /** Resolves at the next event. */
  hear(event: keyof typeof ProviderEvents): Promise<void>;
}

const heard: string[] = [];
for (const event of Object.values(ProviderEvents))
  OpenFeature.addHandler(event, (details) => {
    const { flagsChanged } = { flagsChanged: undefined, ...details };
    heard.push([event, ...(flagsChanged ?? [])].join(" "));
  });

const page: OpenFeaturePage = {
  OpenFeature,
  flags: OpenFeature.getClient(),
  heard,
  client: undefined,

  open(options, more) {
    const client = createClient({ capture: false, ...options });
    page.client = client;
    return { client, provider: new MusterWebProvider(client, more) };
  },

  hear: (event) =>
    new Promise((resolve) => {
      const once = () => {
        OpenFeature.removeHandler(ProviderEvents[event], once);
        resolve();
      };
      OpenFeature.addHandler(ProviderEvents[event], once);
    }),
};

Object.assign(globalThis, { page });
document.documentElement.dataset.ready = "";
