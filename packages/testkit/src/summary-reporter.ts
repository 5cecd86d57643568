import type { Reporter, TestModule } from 'vitest/node'

/** Ends a test run with one plain line, `N passed, N failed`, that a person and a script can both read. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const countOf = (state: string): number => tests.filter((test) => test.result().state === state).length
    const brokenModules = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length
    const failed = countOf('failed') + brokenModules + unhandledErrors.length
    const skipped = countOf('skipped')
    process.on('exit', () => {
      process.stdout.write(`\n${countOf('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
    })
  }
}
