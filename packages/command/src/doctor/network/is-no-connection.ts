import type { NoAnswer } from './ask.ts'

/** Whether nobody took the connection, as behind a firewall or where nothing listens. */
export function isNoConnection({ reason }: NoAnswer): boolean {
  return reason === 'refused' || reason === 'unreachable' || reason === 'connect_timeout'
}
