import { writeFileSync } from "node:fs";

/**
 * A reporter of vitest that prints nothing and writes `{ passed, failed }` to the file named by
 * MUSTER_FIGURES. A file that could not be loaded counts as a failure, and so does an error outside of all tests.
 */
export default class FiguresReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} errors
   */
  onTestRunEnd(modules, errors) {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        if (state === "failed") failedHere++;
      }
      failed += module.state() === "failed" ? Math.max(failedHere, 1) : 0;
    }
    const file = process.env.MUSTER_FIGURES;
    if (file) writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}
