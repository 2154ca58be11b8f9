/** A user's past as a small state, kept up event by event instead of as a list. */

export { SLACK } from "./forgetting.ts";
export { layoutOf, type Plans } from "./layout.ts";
export { firstSegments } from "./needs.ts";
export { pick, rebuild, type SavedState, UserState } from "./user-state.ts";
