/** What TypeScript's library does not have yet of trusted types. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

declare global {
  var trustedTypes: TrustedTypes | undefined;
}

const WORKER = "/service-worker.js";

/** Keeps the page's files for when there is no network. The one address that the page ever makes a script of. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  const policy = globalThis.trustedTypes?.createPolicy("shop", { createScriptURL: () => WORKER });
  void navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER);
}
