/** How an operator handles the broker that the doctor looks at, as advice says it. */
export interface Handling {
  readonly start: string
  readonly restart: string
  /** Where the log is to be read. */
  readonly log: string
}

/** In the container it is the unit's, elsewhere that of a checkout. */
export function handlingOf({ isContainer }: { readonly isContainer: boolean }): Handling {
  return isContainer
    ? {
        start: 'systemctl --user start fjmcp-broker',
        restart: 'systemctl --user restart fjmcp-broker',
        log: 'journalctl --user -u fjmcp-broker',
      }
    : { start: 'npm start', restart: 'Ctrl-C and npm start', log: 'the terminal of npm start' }
}
