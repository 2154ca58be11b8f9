import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { anchorsOf, linksOf, readPages, snippetsOf } from "./pages.ts";
import { typecheck } from "./typecheck.ts";

const pages = readPages();

describe("the documentation", () => {
  test.each(pages)("$name links to files and headings that exist", (page) => {
    const broken = linksOf(page).filter((link) => {
      const [file = "", anchor] = link.split("#");
      const path = file === "" ? page.path : join(dirname(page.path), decodeURIComponent(file));
      if (!existsSync(path)) return true;
      const target = pages.find((other) => other.path === path);
      return anchor !== undefined && target !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("has code that fits Muster as it is", () => {
    expect(typecheck(pages.flatMap(snippetsOf))).toEqual([]);
  });

  test("would not let wrong code pass", () => {
    const code = 'import { bucket } from "@muster/rules";\nconst place: string = bucket("seed", "user");';
    expect(typecheck([{ place: "here:1", code, language: "ts" }])).toEqual([
      expect.stringContaining("here:1: Type 'number'"),
    ]);
  });
});
