import { startWholeBroker } from '../whole-broker.ts'
import type { Calling } from './caller.ts'
import { checkAfterwards, checkNothingIsLeft } from './check-afterwards.ts'
import { eventually } from './eventually.ts'
import { createFindings } from './findings.ts'
import { createLedger } from './ledger.ts'
import { createCallers, startLoad } from './load.ts'
import { measureHoldings } from './measure.ts'
import { performFault } from './perform-fault.ts'
import { describeFault, planFaults } from './plan-faults.ts'
import { createRandom } from './random.ts'
import { orThrowAfter } from './or-throw-after.ts'

export interface ChaosOptions {
  /** Decides which faults come when, and what each client does next. The system's timing it cannot decide. */
  readonly seed: number
  readonly faults: number
  /** Each signs in once and is two clients: one of the SDK, and one that sees everything. */
  readonly signIns: number
  readonly print: (line: string) => void
}

export interface ChaosReport {
  /** What must not be; empty where all is well. */
  readonly findings: readonly string[]
  /** How many calls ended in which way. */
  readonly counts: ReadonlyMap<string, number>
}

/** How long clients may need to get answers again after a fault, on a busy machine. */
const recoveryMs = 60_000

/** Runs a whole broker with clients that call all the time, has one fault after another happen, and looks at what is left. */
export async function runChaos({ seed, faults, signIns, print }: ChaosOptions): Promise<ChaosReport> {
  const random = createRandom(seed)
  const plan = planFaults({ random: random.fork('plan'), count: faults })
  const findings = createFindings((finding) => print(`   FOUND  ${finding}`))
  const calling: Calling = { ledger: createLedger(findings), findings, random: random.fork('callers') }
  const { ledger } = calling
  const whole = await startWholeBroker({ child: 'stepwise', environment })
  try {
    const callers = await createCallers({ target: whole, signIns, tools: 'with_steps', calling })
    await eventually(() => measureHoldings(whole).children === readyChildren, recoveryMs)
    const before = measureHoldings(whole)
    const load = startLoad(callers)
    const stage = { whole, load, ledger, random: random.fork('victims') }
    for (const planned of plan) {
      await orThrowAfter(recoveryMs, moreResults(planned.afterCalls), () => `no ${planned.afterCalls} calls were answered any more`)
      print(`   ${ledger.finished} calls, ${describeFault(planned.fault)}`)
      await orThrowAfter(recoveryMs, performFault(planned, stage), () => `${describeFault(planned.fault)} did not pass`)
    }
    await orThrowAfter(recoveryMs, moreResults(callers.length), () => 'the clients did not go on after the last fault')
    await orThrowAfter(recoveryMs, load.stop(), () => `${ledger.underWay} calls were never answered`)
    await checkAfterwards({ callers, forgejo: whole.forgejo, ledger, findings })
    for (const caller of callers) await caller.leave()
    await checkNothingIsLeft({ whole, before, lostOpenings: ledger.lostOf('open a session'), findings })
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : String(error))
    print(
      whole
        .broker()
        .log.slice(-20)
        .map((line) => `   ${JSON.stringify(line)}`)
        .join('\n'),
    )
  } finally {
    await whole.close()
  }
  return { findings: findings.all, counts: ledger.counts }

  function moreResults(count: number): Promise<void> {
    const before = ledger.answered
    return ledger.until(() => ledger.answered >= before + count)
  }
}

/** Those that wait for a session. */
const readyChildren = 2

const environment = {
  FJMCP_BROKER_POOL_SIZE: String(readyChildren),
  // Shorter than what people wait, so that a run sees children end and calls given up.
  FJMCP_BROKER_CHILD_IDLE_SECONDS: '2',
  FJMCP_BROKER_CALL_TIMEOUT_SECONDS: '10',
  // A client that got no answer asks again with the token that it has, when the machine lets it.
  FJMCP_BROKER_REFRESH_GRACE_SECONDS: '300',
  FJMCP_BROKER_SIGN_INS_PER_MINUTE: '1000',
  FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '1000',
  FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: '1000',
}
