import type { Sizes } from './sizes.ts'

/** What is measured, in the order of the table. What stands in braces is a number of the run's sizes. */
export const figures = {
  calls_per_second_1: { title: '1 client, calls', unit: '/s' },
  call_p50_1: { title: '1 client, call p50', unit: 'ms' },
  call_p99_1: { title: '1 client, call p99', unit: 'ms' },
  cpu_per_1000_1: { title: '1 client, CPU for 1000 calls', unit: 's' },
  calls_per_second_50: { title: '50 clients, calls', unit: '/s' },
  call_p50_50: { title: '50 clients, call p50', unit: 'ms' },
  call_p99_50: { title: '50 clients, call p99', unit: 'ms' },
  cpu_per_1000_50: { title: '50 clients, CPU for 1000 calls', unit: 's' },
  initialize_p50: { title: '`initialize` p50', unit: 'ms' },
  initialize_p99: { title: '`initialize` p99', unit: 'ms' },
  new_session_p50: { title: 'new session to first answered call, in turn, p50', unit: 'ms' },
  new_session_p50_50: { title: 'the same, 50 at once, p50', unit: 'ms' },
  list_p50: { title: '`tools/list` p50', unit: 'ms' },
  burst_p50: { title: '{burst} new sessions at once, p50', unit: 'ms' },
  burst_all: { title: '{burst} new sessions at once, until the last one', unit: 'ms' },
  pss_idle_session: { title: 'PSS of the tree for an idle session', unit: 'MiB' },
  pss_live_session: { title: 'PSS of the tree for a live session', unit: 'MiB' },
  first_call_ready_p50: { title: 'first call of a new session, a child being ready, p50', unit: 'ms' },
  wake_cold_p50: { title: 'waking an idle session, no child being ready, p50', unit: 'ms' },
  wake_cold_p99: { title: 'waking an idle session, no child being ready, p99', unit: 'ms' },
  idle_pss: { title: '{held3} idle sessions, PSS of gateway and runner', unit: 'MiB' },
  idle_children: { title: '{held3} idle sessions, children of theirs', unit: '' },
  wake_p50: { title: '{woken} of {held3} woken in turn, p50', unit: 'ms' },
  wake_p99: { title: '{woken} of {held3} woken in turn, p99', unit: 'ms' },
  call_p50_at_10: { title: 'call p50 beside {held0} sessions', unit: 'ms' },
  call_p50_at_100: { title: 'call p50 beside {held1} sessions', unit: 'ms' },
  call_p50_at_1000: { title: 'call p50 beside {held2} sessions', unit: 'ms' },
  call_p50_at_10000: { title: 'call p50 beside {held3} sessions', unit: 'ms' },
  flatness: { title: 'the slowest of these four to the first', unit: '×' },
  stderr_before: { title: 'calls before a child writes 1 MB/s to stderr', unit: '/s' },
  stderr_during: { title: 'calls while it does', unit: '/s' },
  stderr_share: { title: 'the second to the first', unit: '×' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly unit: string }>>

export type FigureId = keyof typeof figures

/** A figure's title and unit in a run of these sizes. */
export function titleOf(figure: FigureId, { burst, woken, heldSessions }: Sizes): string {
  const numbers = new Map([['burst', burst], ['woken', woken], ...heldSessions.map((held, level) => [`held${level}`, held] as const)])
  const { title, unit } = figures[figure]
  const filled = title.replaceAll(/\{(\w+)\}/g, (_, name: string) => (numbers.get(name) ?? Number.NaN).toLocaleString('en-US'))
  return unit === '' ? filled : `${filled}, ${unit}`
}

/** What one measurement of one subject gave. */
export type Figures = Readonly<Partial<Record<FigureId, number>>>
