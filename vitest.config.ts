import { defineConfig } from 'vitest/config'
import { SummaryReporter } from './packages/testkit/src/summary-reporter.ts'

export default defineConfig({
  test: {
    include: ['apps/**/*.test.ts', 'packages/**/*.test.ts', 'deploy/**/*.test.ts', 'bench/**/*.test.ts'],
    reporters: ['default', new SummaryReporter()],
    // Most of the long ones wait for processes that they started.
    maxWorkers: 3,
    // No module keeps state, so files may share what is loaded: that halves the time of all.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
