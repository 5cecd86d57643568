#!/usr/bin/env node
import { runProgram } from './program.ts'

const code = await runProgram({
  args: process.argv.slice(2),
  self: [process.execPath, process.argv[1] ?? ''],
  environment: process.env,
  // Beside the program, which in the image is a folder.
  aboutFile: new URL('about.json', import.meta.url),
  clock: Date.now,
  print: console.log,
  complain: console.error,
})
await Promise.all([process.stdout, process.stderr].map(untilWritten))
// A name server that says nothing holds the doctor's look-up, and with it the process, for longer than anybody waits.
process.exit(code)

/** Settles when everything has gone out, or nothing more can. */
function untilWritten(output: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (output.writable) output.write('', () => resolve())
    else resolve()
  })
}
