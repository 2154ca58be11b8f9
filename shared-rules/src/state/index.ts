/** A user's past as a small state, kept up event by event instead of as a list. */
export { SLACK } from "./series-state.ts";
export { layoutOf, type Plans, pick, rebuild, type SavedState, UserState } from "./user-state.ts";
