import assert from 'node:assert/strict'
import type { Caller, Calling } from '../../chaos/caller.ts'
import { checkAfterwards } from '../../chaos/check-afterwards.ts'
import { createFindings } from '../../chaos/findings.ts'
import { createLedger } from '../../chaos/ledger.ts'
import { createCallers, startLoad } from '../../chaos/load.ts'
import { createRandom } from '../../chaos/random.ts'
import { orThrowAfter } from '../../chaos/or-throw-after.ts'
import { images } from '../build-images.ts'
import type { ContainerChanges, Trial } from '../trial.ts'

/** So many calls are answered between two blows. */
const callsBetween = 40
/** How long clients may need until they are answered again. */
const recoveryMs = 60_000

/**
 * Longer than the broker takes to begin any answer. Podman has a container's port on the host before it forwards it: a connection that is made in
 * between is never answered, and stays for as long as the container.
 */
const headWithinMs = 15_000

const environment = {
  FJMCP_BROKER_REFRESH_GRACE_SECONDS: '300',
  FJMCP_BROKER_SIGN_INS_PER_MINUTE: '1000',
  FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '1000',
  FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: '1000',
}

/** Under clients that call all the time: kill -9 of all of it, three times, and an upgrade and a downgrade, always on the same volume. */
export async function showChaos(trial: Trial): Promise<void> {
  const findings = createFindings()
  const calling: Calling = { ledger: createLedger(findings), findings, random: createRandom(1) }
  const { ledger } = calling
  const volume = await trial.createVolume()
  let { broker } = await trial.start(volume, { environment })
  const target = { ...trial, publicUrl: broker.publicUrl, headWithinMs }
  const callers = await createCallers({ target, signIns: 3, tools: 'of_forgejo_mcp', calling })
  const load = startLoad(callers)

  for (const number of [1, 2, 3]) {
    await answered()
    // The first process is the broker's, or with `--init` the one that reaps: the kernel ends all others with it.
    await broker.kill()
    await start()
    trial.saw(`killed with -9 for the ${number}. time after ${ledger.finished} calls, and started again on the same volume`)
  }
  await answered()
  assert.equal(await broker.stop(), 0)
  await start({ place: { ...trial.place, image: images.compatible } })
  trial.saw('a later version with a newer schema took over in the middle')
  await answered()
  assert.equal(await broker.stop(), 0)
  await start()
  trial.saw('and this one again')
  await answered()
  await orThrowAfter(recoveryMs, load.stop(), () => `${ledger.underWay} calls were never answered`)

  await checkAfterwards({ callers, forgejo: trial.forgejo, ledger, findings })
  await leaveAll(callers)
  assert.deepEqual(findings.all, [])
  const acknowledged = [...ledger.writes.values()].filter((write) => write.acknowledged).length
  trial.saw(`${ledger.finished} calls ended once each; ${acknowledged} writes were acknowledged, each ran once; all sessions went on`)
  assert.equal(await broker.stop(), 0)

  async function start(changes: ContainerChanges = {}): Promise<void> {
    broker = (await trial.start(volume, { environment, ...changes })).broker
  }

  function answered(): Promise<void> {
    const before = ledger.answered
    const enough = ledger.until(() => ledger.answered >= before + callsBetween)
    return orThrowAfter(recoveryMs, enough, () => `no ${callsBetween} calls were answered`)
  }
}

async function leaveAll(callers: readonly Caller[]): Promise<void> {
  for (const caller of callers) await caller.leave()
}
