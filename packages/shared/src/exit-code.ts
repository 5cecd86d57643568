/** What the programs' exit codes say, besides 0 for success and 1 for a failure that another try may mend. */
export const exitCode = {
  /** The program was called wrongly (`EX_USAGE` of sysexits.h). */
  usage: 64,
  /** The configuration is wrong (`EX_CONFIG`): nothing starts it again until it is mended. */
  configuration: 78,
} as const
