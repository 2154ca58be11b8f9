import { expect, test } from "vitest";
import { compareVersions, parseVersion } from "./versions.ts";

test("precedence is that of semver.org, §11", () => {
  const ascending = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2.0",
    "1.10.0",
    "2.0.0",
    "99999999999999999998.0.0",
    "99999999999999999999.0.0",
  ].map((text) => parseVersion(text) ?? []);
  for (const [i, a] of ascending.entries()) {
    for (const [j, b] of ascending.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
  }
});

test.each(["1.2", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "V1.2.3", " 1.2.3", "1.2.3-a..b", "1.2.3.4", ""])(
  "%j is no version",
  (text) => {
    expect(parseVersion(text)).toBeUndefined();
  },
);
