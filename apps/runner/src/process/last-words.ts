import { stripVTControlCharacters } from 'node:util'

const longest = 300

/** The last line of what a program wrote, fit for a log: one line, no control characters, no token of ours, at most 300 characters. */
export function lastWords(written: string): string {
  const last = written
    .split('\n')
    .map((line) => clean(line))
    .findLast((line) => line !== '')
  return (last ?? '').slice(0, longest)
}

function clean(line: string): string {
  return stripVTControlCharacters(line)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(/fjb_[A-Za-z0-9_-]+/g, 'fjb_…')
    .trim()
}
