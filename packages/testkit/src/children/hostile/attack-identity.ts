import { type Attempt, tryAll } from './attempt.ts'

/** Becomes somebody else: root, the gateway, the next child. */
export function attackIdentity(): Promise<readonly Attempt[]> {
  const next = (process.getuid?.() ?? 0) + 1
  return tryAll({
    'become root': () => process.setuid?.(0),
    'become root for a moment': () => process.seteuid?.(0),
    'become the gateway': () => process.setuid?.(65_532),
    'become the next child': () => process.setuid?.(next),
    'join the group of root': () => process.setgid?.(0),
    'join the group of the gateway': () => process.setegid?.(65_532),
    'be in more groups': () => process.setgroups?.([0, 65_532]),
  })
}
