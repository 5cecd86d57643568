import { gatewayUser } from '@fjmcp-broker/shared/gateway-user'

const remedies: ReadonlyMap<string, string> = new Map([
  ['EPERM', 'give the container the capabilities SETUID and SETGID, or take FJMCP_BROKER_CHILD_UIDS away'],
  ['EINVAL', `give the container more uids, the gateway’s ${gatewayUser.uid} among them, or take FJMCP_BROKER_CHILD_UIDS away`],
  ['EACCES', 'let everybody read and run the broker’s program, and pass through the folders above it'],
])

/**
 * What the operator has to do before a gateway can be started at all, by the code of the system's refusal; undefined where the refusal may be
 * over soon, as that of too many processes.
 */
export function remedyForGateway(code: string): string | undefined {
  return remedies.get(code)
}
