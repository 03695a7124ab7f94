import { defineConfig } from "vitest/config";

// The modules that need no browser. Each of them must be covered; what draws the page is covered by the browser tests.
const covered = [
  "authorship/runs",
  "comments/anchors",
  "comments/card-layout",
  "comments/comment-api",
  "comments/thread-filter",
  "editing/commands",
  "editing/dialect",
  "editing/list-labels",
  "editing/matching",
  "editing/outline",
  "editing/provision-numbers",
  "editing/surrogate-guard",
  "editing/text-direction",
  "editing/undo",
  "editing/word-count",
  "editing/word-diff",
  "sync/api-client",
  "sync/awareness-states",
  "sync/bad-frames",
  "sync/consistency-check",
  "sync/limits",
  "sync/offline-store",
  "sync/pending-changes",
  "sync/protocol",
  "sync/rejected-changes",
  "sync/replica",
  "sync/room",
  "sync/socket",
  "sync/throttle",
  "ui/caret-announcer",
  "ui/form-handover",
  "ui/i18n",
  "ui/linked-line",
];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      reporter: ["text"],
      include: covered.map((name) => `src/${name}.ts`),
      // Of each file. Branches lower: many are the `??` that noUncheckedIndexedAccess demands and nothing can reach.
      thresholds: { perFile: true, statements: 90, functions: 90, lines: 90, branches: 65 },
    },
  },
});
