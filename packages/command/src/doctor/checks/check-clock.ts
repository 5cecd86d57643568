import { type Outcome, reportOn } from '../finding.ts'
import type { Answer } from '../network/ask.ts'

/** An answer with a date in it, and who gave it. */
export interface DatedAnswer {
  readonly from: string
  readonly answer: Pick<Answer, 'headers' | 'receivedAtMs'>
}

const warningSeconds = 30
const problemSeconds = 300

/** Compares the clocks of others, as their answers tell it (RFC 9110 §6.6.1), with ours. */
export function checkClock(answers: readonly DatedAnswer[]): Outcome {
  const report = reportOn('clock')
  const differences = answers.flatMap(({ from, answer }) => {
    const dateMs = Date.parse(answer.headers.get('date') ?? '')
    return Number.isNaN(dateMs) ? [] : [{ from, seconds: Math.round((answer.receivedAtMs - dateMs) / 1000) }]
  })
  if (differences.length === 0) return { findings: [report.skipped('nobody told a time to compare with')] }
  const off = differences.filter(({ seconds }) => Math.abs(seconds) > warningSeconds)
  if (off.length === 0) {
    return { findings: [report.ok(`agrees with that of ${differences.map(({ from }) => from).join(' and ')}`)] }
  }
  return {
    findings: off.map(({ from, seconds }) => {
      const say = Math.abs(seconds) > problemSeconds ? report.problem : report.warning
      const how = seconds > 0 ? 'ahead of' : 'behind'
      return say(
        `the clock of this machine is ${Math.abs(seconds)} seconds ${how} that of ${from}: tokens expire at the wrong time`,
        'Let both machines set their clocks by NTP: timedatectl set-ntp true, then timedatectl timesync-status.',
      )
    }),
  }
}
