// One file for vitest, so that the browser SDK is built once for all of them.
import "./browser/browser-killed.ts";
import "./browser/forgotten.ts";
import "./browser/network.ts";
import "./browser/page-closed.ts";
import "./browser/quota.ts";
import "./browser/storm.ts";
import "./browser/tabs.ts";
