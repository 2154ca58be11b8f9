import { expect, test } from "vitest";
import { describeDevice } from "./device.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [
    "desktop",
    "Windows",
    "Chrome",
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
    0,
  ],
  [
    "desktop",
    "Windows",
    "Edge",
    `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
    0,
  ],
  [
    "desktop",
    "macOS",
    "Safari",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    0,
  ],
  [
    "tablet",
    "iOS",
    "Safari",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    5,
  ],
  [
    "mobile",
    "iOS",
    "Firefox",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148",
    5,
  ],
  [
    "mobile",
    "Android",
    "Samsung Internet",
    `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
    5,
  ],
  [
    "tablet",
    "Android",
    "Chrome",
    `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
    5,
  ],
  [
    "desktop",
    "Chrome OS",
    "Chrome",
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
    0,
  ],
  [
    "desktop",
    "Linux",
    "Firefox",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    0,
  ],
  ["desktop", "other", "other", "", 0],
])("%s, %s, %s", (type, os, browser, userAgent, maxTouchPoints) => {
  expect(describeDevice({ userAgent, maxTouchPoints, language: "de-DE" })).toEqual({
    "device.type": type,
    "device.os": os,
    browser,
    language: "de-DE",
  });
});
