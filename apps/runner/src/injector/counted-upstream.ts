import type { Clock } from '@fjmcp-broker/shared/clock'
import type { RunnerProbe } from '../probe.ts'
import type { Upstream } from './upstream.ts'

/** Counts what Forgejo answers, and how long it takes to begin. What the child itself gave up counts as nothing. */
export function createCountedUpstream({
  upstream,
  probe,
  clock,
}: {
  readonly upstream: Upstream
  readonly probe: Pick<RunnerProbe, 'upstreamAnswered'>
  readonly clock: Clock
}): Upstream {
  return {
    send(request, handler) {
      const { method } = request
      const sentAtMs = clock()
      let isAnswered = false
      return upstream.send(request, {
        head(head) {
          isAnswered = true
          probe.upstreamAnswered({ method, status: head.status, durationMs: clock() - sentAtMs })
          handler.head(head)
        },
        data: (chunk) => handler.data(chunk),
        end: () => handler.end(),
        failed(failure) {
          if (!isAnswered && failure.reason !== 'aborted') {
            probe.upstreamAnswered({ method, status: 'failed', durationMs: clock() - sentAtMs })
          }
          handler.failed(failure)
        },
      })
    },
    close: () => upstream.close(),
  }
}
