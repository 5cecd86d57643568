import { expect, it } from 'vitest'
import { explainListenFailure, mayListenSoon } from './listen-failure.ts'

it.each([
  ['EADDRINUSE', true, 'another program listens there'],
  ['EADDRNOTAVAIL', true, 'EADDRNOTAVAIL'],
  ['EMFILE', true, 'EMFILE'],
  ['ENOSPC', true, 'ENOSPC'],
  ['EACCES', false, 'EACCES'],
  ['ENOTFOUND', false, 'ENOTFOUND'],
])('names the system’s reason, and says whether it may pass: %s, %s', (code, passes, why) => {
  const failure = explainListenFailure('[::1]:80', Object.assign(new Error('no'), { code }))
  expect(failure.detail).toBe(`cannot listen on [::1]:80: ${why}`)
  expect(mayListenSoon(failure)).toBe(passes)
})
