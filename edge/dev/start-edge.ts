import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { applyMigrations } from "./apply-migrations.ts";

export interface EdgeOptions {
  /** Left out or 0: any free port. */
  port?: number;
  /** Left out: only this machine can reach it. */
  host?: string;
  /** A folder that keeps the database; left out, it is gone with the process. */
  persistTo?: string;
  /** Left out: a random one, see `Edge.adminKey`. */
  adminKey?: string;
  /** What Cloudflare would say of a visitor's place: country, region, city, timezone. */
  cf?: Record<string, string>;
  /** How many evaluations over OFREP a caller may ask for in so many seconds; left out, any number. */
  rateLimit?: { limit: number; period: 10 | 60 };
  /** The file here that is the Worker; left out, `worker.ts`. */
  worker?: string;
}

export interface Edge {
  /** Where it listens, without a slash at the end. */
  url: string;
  adminKey: string;
  /** From now on the edge's clock is this many ms ahead of the machine's. */
  setClock(offset: number): Promise<void>;
  /** What the cron does each minute; here nothing else starts it. */
  runScheduled(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs the Worker from its sources in workerd with a local D1, migrated; for development and tests. */
export async function startEdge(options: EdgeOptions = {}): Promise<Edge> {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";
  const adminKey = options.adminKey ?? `mst_adm_${randomBytes(32).toString("base64url")}`;
  const controlToken = randomBytes(16).toString("hex");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "edge",
      modules: true,
      script: await bundle(options.worker ?? "worker.ts"),
      compatibilityDate: "2026-10-01",
      d1Databases: { DB: "muster" },
      durableObjects: { CHANGES: { className: "Changes", useSQLite: true } },
      bindings: { ADMIN_KEY: adminKey, CONTROL_TOKEN: controlToken, CF: options.cf ?? {} },
      unsafeDirectSockets: [{ host: options.host ?? "127.0.0.1", port: options.port ?? 0 }],
      cf: false,
      ...(options.rateLimit === undefined
        ? {}
        : { ratelimits: { RATE_LIMIT: { namespace_id: "1", simple: options.rateLimit } } }),
      ...(options.persistTo === undefined ? {} : { resourcePersistencePath: options.persistTo }),
    }),
  );
  const control = async (name: string, body = ""): Promise<void> => {
    const headers = { "x-control-token": controlToken };
    const answer = await miniflare.dispatchFetch(`http://edge/__dev/${name}`, {
      method: "POST",
      headers,
      body,
    });
    if (!answer.ok) throw new Error(`/__dev/${name}: ${answer.status} ${await answer.text()}`);
  };
  try {
    await applyMigrations(await miniflare.getD1Database("DB"));
    const url = (await miniflare.unsafeGetDirectURL()).origin;
    return {
      url,
      adminKey,
      setClock: (offset) => control("clock", String(offset)),
      runScheduled: () => control("scheduled"),
      stop: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2023",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["source", "workerd", "worker", "import"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild gave no output");
  return file.text;
}
