/** The wire between SDKs and the edge: one schema for each request and answer. */
export * from "./admin.ts";
export * from "./changes.ts";
export * from "./decide.ts";
export * from "./decisions.ts";
export * from "./identity.ts";
export * from "./operation.ts";
export * from "./problem.ts";
export * from "./results.ts";
export * from "./server.ts";
export * from "./sync.ts";
export { values } from "./values.ts";
