import { afterEach, expect, test, vi } from "vitest";
import { globalPrivacyControl } from "./privacy.ts";

afterEach(() => vi.unstubAllGlobals());

test.each([
  [true, true],
  [false, false],
  ["1", false],
  [undefined, false],
])("Global Privacy Control %s is asked for: %s", (value, expected) => {
  vi.stubGlobal("navigator", { globalPrivacyControl: value });
  expect(globalPrivacyControl()).toBe(expected);
});

test("a browser without it does not ask", () => {
  vi.stubGlobal("navigator", {});
  expect(globalPrivacyControl()).toBe(false);
});
