/** In milliseconds: what keeps a process busy for as long as this is what a client would notice. */
const eventLoopPrecisionMs = 20

/** How a process's own metrics are called, and how finely its event loop is looked at; as prom-client takes it. */
export interface ProcessMetricsOptions {
  readonly prefix: string
  readonly eventLoopMonitoringPrecision: number
}

/**
 * Makes the function that has a process's memory, CPU and event loop looked at from its first call on, and does nothing when called again.
 * Not before somebody asks for metrics: looking wakes the process up many times a second.
 */
export function createLookAtProcess({
  name,
  collect,
}: {
  readonly name: 'gateway' | 'runner'
  readonly collect: (options: ProcessMetricsOptions) => void
}): () => void {
  let isLookedAt = false
  return () => {
    if (isLookedAt) return
    isLookedAt = true
    collect({ prefix: `fjmcp_broker_${name}_`, eventLoopMonitoringPrecision: eventLoopPrecisionMs })
  }
}
