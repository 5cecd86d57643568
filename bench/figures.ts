/** What is measured, in the order of the table. The unit is part of every title's line. */
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
  burst_p50: { title: '500 new sessions at once, p50', unit: 'ms' },
  burst_all: { title: '500 new sessions at once, until the last one', unit: 'ms' },
  pss_idle_session: { title: 'PSS of the tree for an idle session', unit: 'MiB' },
  pss_live_session: { title: 'PSS of the tree for a live session', unit: 'MiB' },
  first_call_ready_p50: { title: 'first call of a new session, a child being ready, p50', unit: 'ms' },
  wake_cold_p50: { title: 'waking an idle session, no child being ready, p50', unit: 'ms' },
  wake_cold_p99: { title: 'waking an idle session, no child being ready, p99', unit: 'ms' },
  idle_pss: { title: '10,000 idle sessions, PSS of gateway and runner', unit: 'MiB' },
  idle_children: { title: '10,000 idle sessions, children of theirs', unit: '' },
  wake_p50: { title: '100 of 10,000 woken in turn, p50', unit: 'ms' },
  wake_p99: { title: '100 of 10,000 woken in turn, p99', unit: 'ms' },
  call_p50_at_10: { title: 'call p50 beside 10 sessions', unit: 'ms' },
  call_p50_at_100: { title: 'call p50 beside 100 sessions', unit: 'ms' },
  call_p50_at_1000: { title: 'call p50 beside 1,000 sessions', unit: 'ms' },
  call_p50_at_10000: { title: 'call p50 beside 10,000 sessions', unit: 'ms' },
  flatness: { title: 'the slowest of these four to the first', unit: '×' },
  stderr_before: { title: 'calls before a child writes 1 MB/s to stderr', unit: '/s' },
  stderr_during: { title: 'calls while it does', unit: '/s' },
  stderr_share: { title: 'the second to the first', unit: '×' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly unit: string }>>

export type FigureId = keyof typeof figures

/** What one measurement of one subject gave. */
export type Figures = Readonly<Partial<Record<FigureId, number>>>
