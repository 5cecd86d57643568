import type { Finding } from './finding.ts'

const words: Readonly<Record<Finding['state'], string>> = { ok: 'ok', skipped: '--', warning: '!', problem: '!!' }

/**
 * Lays findings out for a terminal: one line each, what to do about it below, how many problems there are at the end. What helps against
 * several in a row stands below the last of them.
 */
export function printFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap((finding, index) => [
    `${words[finding.state].padEnd(2)}  ${finding.check.padEnd(width)}  ${finding.detail}`,
    ...('remedy' in finding && finding.remedy !== remedyOf(findings[index + 1])
      ? finding.remedy.split('\n').map((line) => `${' '.repeat(width + 6)}> ${line}`)
      : []),
  ])
  return [...lines, '', summarize(findings)].join('\n')
}

function remedyOf(finding: Finding | undefined): string | undefined {
  return finding !== undefined && 'remedy' in finding ? finding.remedy : undefined
}

function summarize(findings: readonly Finding[]): string {
  const problems = count(findings, 'problem')
  const warnings = count(findings, 'warning')
  if (problems === 0 && warnings === 0) return 'No problems found.'
  const parts = [...(problems > 0 ? [plural(problems, 'problem')] : []), ...(warnings > 0 ? [plural(warnings, 'warning')] : [])]
  return `${parts.join(' and ')} found; what to do about each stands below it.`
}

function count(findings: readonly Finding[], state: Finding['state']): number {
  return findings.filter((finding) => finding.state === state).length
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
