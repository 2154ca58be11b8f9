/** Muster as a provider of OpenFeature's server SDK. */
export { MusterProvider } from "./provider.ts";
