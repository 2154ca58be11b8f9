export { useFlag, useFlagDetails } from "./react/flags.ts";
export { type Prompt, usePrompt } from "./react/prompt.ts";
export { MusterProvider, type MusterProviderProps, useClient } from "./react/provider.ts";
export { useSegment } from "./react/segment.ts";
