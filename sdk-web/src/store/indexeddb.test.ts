import { expect, test, vi } from "vitest";
import { openIndexedDB } from "./indexeddb.ts";

test("a database that could not be deleted once can be used again", async () => {
  const opened = vi.fn();
  const fail = () => {
    const request = { error: new Error("no"), onerror: () => {} };
    queueMicrotask(() => request.onerror());
    return request;
  };
  vi.stubGlobal("indexedDB", {
    deleteDatabase: fail,
    open: () => {
      opened();
      return fail();
    },
  });
  const store = openIndexedDB("test");
  await expect(store.clear()).rejects.toThrow("no");
  await expect(store.transact("", "", () => [])).rejects.toThrow("no");
  expect(opened).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});
