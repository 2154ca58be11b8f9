/** A user's past as a small state, kept up event by event instead of as a list. */
export { layoutOf, type Plans } from "./layout.ts";
export { SLACK } from "./series-state.ts";
export { pick, rebuild, type SavedState, UserState } from "./user-state.ts";
