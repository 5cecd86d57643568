import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { type Attempt, tryAll } from './attempt.ts'
import type { Targets } from './targets.ts'

/** Reads what other processes keep in their memory, takes their files, and signals them; at last it kills them. */
export async function attackProcesses({ victims }: Targets): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = []
  for (const [name, pid] of Object.entries(victims)) attempts.push(...(await spyOn(name, pid)))
  for (const [name, pid] of Object.entries(victims)) attempts.push(...(await signal(name, pid)))
  return attempts
}

function spyOn(name: string, pid: number): Promise<readonly Attempt[]> {
  const folder = `/proc/${pid}`
  return tryAll({
    [`read the environment of ${name}`]: () => readFileSync(`${folder}/environ`, 'utf8'),
    [`read the memory map of ${name}`]: () => readFileSync(`${folder}/maps`, 'utf8'),
    [`read the memory of ${name}`]: () => openMemory(folder, constants.O_RDONLY),
    [`write the memory of ${name}`]: () => openMemory(folder, constants.O_RDWR),
    [`list the files of ${name}`]: () => readdirSync(`${folder}/fd`).join(' '),
    [`read the standard input of ${name}`]: () => readSome(`${folder}/fd/0`),
    [`write to the standard output of ${name}`]: () => writeSome(`${folder}/fd/1`),
    [`enter the folder of ${name}`]: () => readlinkSync(`${folder}/cwd`),
    [`enter the root of ${name}`]: () => readdirSync(`${folder}/root/`).join(' '),
    [`have ${name} killed first when memory is short`]: () => writeFileSync(`${folder}/oom_score_adj`, '1000'),
  })
}

function signal(name: string, pid: number): Promise<readonly Attempt[]> {
  return tryAll({
    [`signal ${name}`]: () => process.kill(pid, 0),
    [`open the inspector of ${name}`]: () => process.kill(pid, 'SIGUSR1'),
    [`stop ${name}`]: () => process.kill(pid, 'SIGSTOP'),
    [`kill ${name}`]: () => process.kill(pid, 'SIGKILL'),
  })
}

/** To open it is to attach as a debugger does. */
function openMemory(folder: string, flags: number): void {
  closeSync(openSync(`${folder}/mem`, flags))
}

function readSome(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const buffer = Buffer.alloc(100)
  readSync(file, buffer)
  closeSync(file)
  return buffer.toString()
}

function writeSome(path: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  writeSync(file, '{}\n')
  closeSync(file)
}
