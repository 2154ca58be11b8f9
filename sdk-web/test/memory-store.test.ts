import { test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { CONFORMANCE } from "./store-conformance.ts";

test.each([...CONFORMANCE])("memory %s", async (_, check) => check(new MemoryStore()));
