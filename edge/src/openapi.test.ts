import { LIMITS } from "@muster/rules";
import { expect, it } from "vitest";
import committed from "../openapi.json" with { type: "json" };
import { TestEdge } from "../test/edge.ts";
import { ROUTES } from "./routes/index.ts";

it("the committed document is the one that is served (npm run openapi writes it anew)", async () => {
  const edge = await TestEdge.create();
  const { body, headers } = await edge.call("GET", "/openapi.json", undefined, { key: null });
  expect(body).toEqual(committed);
  expect(headers.get("content-type")).toContain("application/json");
});

it("every route is in it once, with its body, its answer and its problems", () => {
  const operations = Object.entries(committed.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(operations.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  const ids = Object.values(committed.paths).flatMap((methods) =>
    Object.values(methods).map((operation: { operationId: string }) => operation.operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(committed.paths["/v1/sync"].post.requestBody.content["application/json"].schema.required).toEqual([
    "anonymousId",
    "ops",
  ]);
});

it("says what an operation is, which problems there are, and how to ask for what is new only", () => {
  const { components, paths } = committed;
  for (const path of ["/v1/sync", "/v1/batch"] as const) {
    const { schema } = paths[path].post.requestBody.content["application/json"];
    expect(schema.properties.ops).toMatchObject({
      maxItems: LIMITS.operations,
      items: { $ref: "#/components/schemas/Operation" },
    });
  }
  const types = components.schemas.Operation.oneOf.map(({ properties }) => properties.type.const);
  expect(types.sort()).toEqual(["identify", "set", "track"]);
  expect(components.schemas.Problem.properties.code.enum).toContain("key-missing");
  const { parameters, responses } = paths["/v1/ruleset"].get;
  expect(parameters).toMatchObject([{ name: "If-None-Match", in: "header" }]);
  expect(Object.keys(responses)).toEqual(["200", "304", "401", "403", "default"]);
});
