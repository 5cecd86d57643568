const remedies: ReadonlyMap<string, string> = new Map([
  ['EPERM', 'give the container the capabilities SETUID and SETGID, or take FJMCP_BROKER_CHILD_UIDS away'],
  ['EINVAL', 'the uid does not exist in this container: make FJMCP_BROKER_CHILD_UIDS smaller, or give the container more uids'],
  [
    'EAGAIN',
    'too many processes and threads: raise --pids-limit (of the whole container) or --ulimit=nproc (of one uid), or lower FJMCP_BROKER_MAX_CHILDREN',
  ],
  ['ENOMEM', 'too little memory: raise the limit of the container, or lower FJMCP_BROKER_MAX_CHILDREN'],
  ['NO_FREE_UID', 'processes that cannot be ended hold every uid of FJMCP_BROKER_CHILD_UIDS: start the broker again'],
  ['WRONG_USER', 'the child did not show its uid in /proc without other groups: mount /proc without hidepid, or with its gid=0'],
])

/** What the operator can do about a start that the system refused, by the code of the refusal; undefined where nothing in particular. */
export function remedyFor(code: string): string | undefined {
  return remedies.get(code)
}
