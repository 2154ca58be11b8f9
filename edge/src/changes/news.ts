/** Whose definitions a stream tells of: law 7 keeps the servers' from browsers. */
type Audience = "browser" | "server";

/** Definitions by their names alone. */
export interface Versions {
  /** Of the workspace: grows with each change, also with one that shipped definitions do not show. */
  number: number;
  /** What each audience's definitions are called. */
  browser: string;
  server: string;
}

/** A change of definitions. */
export interface News extends Versions {
  /** Each audience's definitions as JSON; null where they are too large to be pushed. */
  rulesets: Readonly<Record<Audience, string | null>>;
}

/** Who listens, and in which form. */
export interface Subscription {
  audience: Audience;
  form: "muster" | "ofrep";
  /** The hash of the key that admitted them; null for the deployment's own. */
  key: string | null;
  /** `Last-Event-ID` of who was here before. */
  last: string | null;
}

/** What a stream is begun with. */
export interface Beginning {
  subscription: Subscription;
  found: Versions;
}

/** An object that holds streams, as the Worker calls it; `fetch` with a `Beginning` gives a stream. */
export interface Hub extends Rpc.DurableObjectBranded {
  publish(news: News): Promise<void>;
  /** Ends the streams of keys that were revoked. */
  checkKeys(): Promise<void>;
}
