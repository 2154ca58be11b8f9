import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";

/** What the tests here put into a context. */
export interface PageContext {
  [name: string]: string;
}

/** What a test may ask of OpenFeature in the page. */
export interface PageClient {
  /** Begins with a context; the name of the error where that fails. */
  start(options: StartOptions, context: PageContext): Promise<string | null>;
  setContext(context: PageContext): Promise<void>;
  boolean(flag: string, fallback: boolean): PageDetails;
  string(flag: string, fallback: string): PageDetails;
  number(flag: string, fallback: number): PageDetails;
  object(flag: string): PageDetails;
  /** The flags that changed, by each event that said so, and how often the provider was stale. */
  events(): { changed: string[][]; stale: number };
}

export interface StartOptions {
  url: string;
  key: string;
  pollInterval?: number;
  cacheMode?: "local-cache-first" | "network-first" | "disabled";
  changeDetection?: "sse" | "polling" | "none";
}

interface PageDetails {
  value: unknown;
  variant?: string;
  reason?: string;
  errorCode?: string;
  flagMetadata: Readonly<Record<string, unknown>>;
}

declare global {
  var openFeature: PageClient | undefined;
}

const client = OpenFeature.getClient();
const changed: string[][] = [];
let stale = 0;

globalThis.openFeature = {
  async start({ url, key, ...options }, context) {
    client.addHandler(ProviderEvents.ConfigurationChanged, (event) => {
      changed.push(event?.flagsChanged ?? []);
    });
    client.addHandler(ProviderEvents.Stale, () => {
      stale++;
    });
    const headers: [string, string][] = [["Authorization", `Bearer ${key}`]];
    const provider = new OFREPWebProvider({ baseUrl: url, headers, ...options });
    // Its types allow hooks to be undefined, which those of the client do not.
    const hooked = Object.assign(provider, { hooks: [] });
    try {
      await OpenFeature.setProviderAndWait(hooked, context);
      return null;
    } catch (error) {
      return client.providerStatus + (error instanceof Error ? ` ${error.name}` : "");
    }
  },
  setContext: (context) => OpenFeature.setContext(context),
  boolean: (flag, fallback) => client.getBooleanDetails(flag, fallback),
  string: (flag, fallback) => client.getStringDetails(flag, fallback),
  number: (flag, fallback) => client.getNumberDetails(flag, fallback),
  object: (flag) => client.getObjectDetails(flag, {}),
  events: () => ({ changed, stale }),
};
