/** What a check found out. The state says how bad it is; whatever is not as it should be comes with what to do about it. */
export type Finding = SoundFinding | WantingFinding

/** `skipped`: the check could not run, and `detail` says why. */
export interface SoundFinding {
  readonly check: CheckName
  readonly state: 'ok' | 'skipped'
  readonly detail: string
}

/** `warning`: the broker works, or may well work, all the same. `problem`: something does not work. */
export interface WantingFinding {
  readonly check: CheckName
  readonly state: 'warning' | 'problem'
  readonly detail: string
  /** What the operator does: a sentence or two, or some lines, the exact names and commands in them. */
  readonly remedy: string
}

/** In the order in which they are told. */
export type CheckName =
  | 'settings'
  | 'broker'
  | 'isolation'
  | 'child-program'
  | 'local-port'
  | 'public-url'
  | 'discovery'
  | 'mcp-endpoint'
  | 'forgejo'
  | 'oauth-application'
  | 'clock'
  | 'database'
  | 'key'

/** What a check found, and what other checks may build on; without `ground` those are skipped. */
export interface Outcome<Ground = undefined> {
  readonly findings: readonly Finding[]
  readonly ground?: Ground | undefined
}

/** Makes the findings of one check. */
export interface Reporter {
  readonly ok: (detail: string) => Finding
  readonly skipped: (detail: string) => Finding
  readonly warning: (detail: string, remedy: string) => Finding
  readonly problem: (detail: string, remedy: string) => Finding
}

export function reportOn(check: CheckName): Reporter {
  return {
    ok: (detail) => ({ check, state: 'ok', detail }),
    skipped: (detail) => ({ check, state: 'skipped', detail }),
    warning: (detail, remedy) => ({ check, state: 'warning', detail, remedy }),
    problem: (detail, remedy) => ({ check, state: 'problem', detail, remedy }),
  }
}
