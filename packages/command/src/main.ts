#!/usr/bin/env node
import { runProgram } from './program.ts'

process.exitCode = await runProgram({
  args: process.argv.slice(2),
  self: [process.execPath, process.argv[1] ?? ''],
  environment: process.env,
  // Beside the program, which in the image is one file.
  aboutFile: new URL('about.json', import.meta.url),
  clock: Date.now,
  print: console.log,
  complain: console.error,
})
