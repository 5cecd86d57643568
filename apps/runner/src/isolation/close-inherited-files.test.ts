import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it.runIf(process.platform === 'linux')('keeps from children what was left open by who started this process', () => {
  expect(filesOfChild('')).toContain('40')
  // The fourth is the folder that `ls` lists.
  expect(filesOfChild('closeInheritedFiles()')).toEqual(['0', '1', '2', '3'])
})

/** The open files of a child of a process that was started with a file as number 40, and did this first. */
function filesOfChild(first: string): readonly string[] {
  const source = `
    import { execFileSync } from 'node:child_process'
    import { closeInheritedFiles } from ${JSON.stringify(new URL('./close-inherited-files.ts', import.meta.url).href)}
    ${first}
    process.stdout.write(execFileSync('ls', ['/proc/self/fd']))`
  const unused = Array.from({ length: 37 }, () => 'ignore' as const)
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit', ...unused, 'pipe'],
    encoding: 'utf8',
  })
  return stdout.trim().split('\n')
}
