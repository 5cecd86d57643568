import { readFileSync } from 'node:fs'

/** What this process may do, as the system shows it: the effective uid, and the text of three files below `/proc/self`, empty where one cannot be read. */
export interface Privileges {
  readonly uid: number
  readonly status: string
  readonly uidMap: string
  readonly gidMap: string
}

export function readPrivileges(): Privileges {
  return {
    uid: process.geteuid?.() ?? -1,
    status: readOwn('status'),
    uidMap: readOwn('uid_map'),
    gidMap: readOwn('gid_map'),
  }
}

function readOwn(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'utf8')
  } catch {
    return ''
  }
}
