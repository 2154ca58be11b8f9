export { MusterWebProvider, type MusterWebProviderOptions } from "./openfeature/provider.ts";
