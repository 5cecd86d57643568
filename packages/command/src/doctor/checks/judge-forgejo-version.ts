import { isAtLeast } from '../at-least.ts'
import { type Finding, reportOn } from '../finding.ts'

/**
 * Judges the version that a Forgejo, or what is taken for one, tells of itself, such as `15.0.3+gitea-1.22.0`.
 *
 * @param rest What else is known of it, for the finding's text.
 */
export function judgeForgejoVersion(version: string, rest: string): Finding {
  const report = reportOn('forgejo')
  const numbers = /^v?(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(version)
    ?.slice(1)
    .map((text) => Number(text ?? 0))
  const shown = version.slice(0, 60)
  if (numbers === undefined) return report.ok(`${rest}; its version (${shown}) tells nothing`)
  if (!version.includes('gitea-')) {
    return report.warning(
      `${rest}; it says that it is Gitea ${shown}, not Forgejo`,
      'The broker is made for Forgejo and tried with nothing else.',
    )
  }
  const needed = numbers[0] === 11 ? lowestOf11 : lowest
  if (isAtLeast(numbers, needed)) return report.ok(`${rest}, version ${shown}`)
  return report.warning(
    `${rest}, version ${shown}: flaws in its OAuth were mended later`,
    `Upgrade Forgejo to ${lowest.join('.')} or later, or within 11 to ${lowestOf11.join('.')} or later.`,
  )
}

const lowest = [15, 0, 2]
const lowestOf11 = [11, 0, 14]
