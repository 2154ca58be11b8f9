import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { bundle } from "./bundle.ts";
import type { Runtime } from "./runtime.ts";

/** Judges in workerd, the runtime of Cloudflare's Workers. */
export async function openWorkerd(): Promise<Runtime> {
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: await bundle("./worker.ts"),
      compatibilityDate: "2026-10-01",
      cf: false,
    }),
  );
  await worker.ready;
  const ask = async (path: string, body?: string): Promise<string> => {
    const init = body === undefined ? {} : { method: "POST", body };
    const response = await worker.dispatchFetch(`http://judge.test${path}`, init);
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`);
    return response.text();
  };
  return {
    judge: async ({ name, text }) => JSON.parse(await ask(`/?name=${encodeURIComponent(name)}`, text)),
    tryDynamicCode: async () => JSON.parse(await ask("/")),
    close: () => worker.dispose(),
  };
}
