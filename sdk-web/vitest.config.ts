import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  // Browser tests share one machine: one file at a time.
  test: {
    name: "sdk-web",
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "*.test.ts"],
    fileParallelism: false,
    testTimeout: 30_000,
    // A busy machine takes its time.
    expect: { poll: { timeout: 10_000 } },
  },
});
