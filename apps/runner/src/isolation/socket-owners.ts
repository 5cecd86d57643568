import { readFileSync } from 'node:fs'

/**
 * Whose the connections of this machine, or container, to a TCP port are: uids by the address and port that the port's owner sees, as
 * `127.0.0.1:40000`. Nothing where there is no `/proc`. What it costs grows with all that is connected.
 *
 * @see proc_pid_net(5): `/proc/net/tcp`
 */
export function readSocketOwners(port: number): ReadonlyMap<string, number> {
  const owners = new Map<string, number>()
  // A socket of IPv6 can reach an address of IPv4.
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readTable(table)) {
      const [, local = '', localPort = '', remotePort = '', uid] = tableLine.exec(line) ?? []
      if (Number.parseInt(remotePort, 16) === port) owners.set(`${toAddress(local)}:${Number.parseInt(localPort, 16)}`, Number(uid))
    }
  }
  return owners
}

/** Both addresses, of which the last four bytes are those of IPv4; the state; the queues, the timer and its count; the uid. */
const tableLine = /^\s*\d+: [\dA-F]*([\dA-F]{8}):([\dA-F]{4}) [\dA-F]+:([\dA-F]{4}) [\dA-F]{2} \S+ \S+ [\dA-F]+\s+(\d+)/

/** As the kernel prints it: a number in the machine's order of bytes, the last byte first on all that this runs on. */
function toAddress(hex: string): string {
  const bytes = hex.match(/../g) ?? []
  return bytes
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}

function readTable(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').split('\n')
  } catch {
    return []
  }
}
