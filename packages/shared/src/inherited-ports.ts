/**
 * The file descriptor at which a gateway finds the socket of the public port, which the runner has bound and keeps: the first after the
 * standard ones, as in systemd's socket activation.
 */
export const publicPortDescriptor = 3

/** The same for the port of the metrics. It is there only where `FJMCP_BROKER_METRICS_LISTEN` says so. */
export const metricsPortDescriptor = 4
