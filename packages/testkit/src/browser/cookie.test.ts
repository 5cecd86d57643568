import { describe, expect, test } from 'vitest'
import { createCookieJar } from './cookie-jar.ts'
import type { SiteRelation } from './site.ts'

let nowMs = 0

function jarWith(setCookie: string, from: string) {
  nowMs = 1_000_000
  const jar = createCookieJar(() => nowMs)
  jar.store(new Response(null, { headers: { 'set-cookie': setCookie } }), new URL(from))
  return {
    jar,
    sends: (url: string, method = 'GET', relation: SiteRelation = 'same-origin') => jar.headerFor({ url: new URL(url), method, relation }),
  }
}

describe('where a cookie goes', () => {
  test.each([
    { setCookie: 'a=1; Path=/x', from: 'https://h.example/', to: 'https://h.example/x/y', sent: 'a=1' },
    { setCookie: 'a=1; Path=/x', from: 'https://h.example/', to: 'https://h.example/xy', sent: '' },
    { setCookie: 'a=1', from: 'https://h.example/deep/page', to: 'https://h.example/deep/other', sent: 'a=1' },
    { setCookie: 'a=1', from: 'https://h.example/deep/page', to: 'https://h.example/', sent: '' },
    { setCookie: 'a=1', from: 'https://h.example/', to: 'https://sub.h.example/', sent: '' },
    { setCookie: 'a=1; Domain=h.example', from: 'https://one.h.example/', to: 'https://two.h.example/', sent: 'a=1' },
    { setCookie: 'a=1; Domain=other.example', from: 'https://h.example/', to: 'https://other.example/', sent: '' },
    { setCookie: 'a=1; Domain=example', from: 'https://h.example/', to: 'https://h.example/', sent: '' },
    { setCookie: 'a=1', from: 'http://127.0.0.1:1/', to: 'http://127.0.0.1:2/', sent: 'a=1' },
    { setCookie: 'a=1', from: 'http://127.0.0.1:1/', to: 'http://localhost:1/', sent: '' },
  ])('$setCookie from $from to $to: "$sent"', ({ setCookie, from, to, sent }) => {
    expect(jarWith(setCookie, from).sends(to)).toBe(sent)
  })
})

describe('Secure and the prefixes', () => {
  test.each([
    ['a=1; Secure', 'http://h.example/', ''],
    ['a=1; Secure', 'http://localhost:3000/', 'a=1'],
    ['__Host-a=1; Secure; Path=/', 'https://h.example/login', '__Host-a=1'],
    ['__Host-a=1; Path=/', 'https://h.example/login', ''],
    ['__Host-a=1; Secure', 'https://h.example/login/page', ''],
    ['__Host-a=1; Secure; Path=/; Domain=h.example', 'https://h.example/', ''],
    ['__Secure-a=1', 'https://h.example/', ''],
    ['a=1; SameSite=None', 'https://h.example/', ''],
    ['=1', 'https://h.example/', ''],
  ])('%s from %s is kept as "%s"', (setCookie, from, sent) => {
    expect(jarWith(setCookie, from).sends(from)).toBe(sent)
  })

  test('a secure cookie does not go over http', () => {
    expect(jarWith('a=1; Secure', 'https://h.example/').sends('http://h.example/')).toBe('')
  })
})

describe('SameSite', () => {
  test.each([
    { setCookie: 'a=1; SameSite=Lax', method: 'GET', relation: 'cross-site', sent: 'a=1' },
    { setCookie: 'a=1; SameSite=Lax', method: 'POST', relation: 'cross-site', sent: '' },
    { setCookie: 'a=1', method: 'POST', relation: 'cross-site', sent: '' },
    { setCookie: 'a=1; SameSite=Strict', method: 'GET', relation: 'cross-site', sent: '' },
    { setCookie: 'a=1; SameSite=Strict', method: 'POST', relation: 'same-site', sent: 'a=1' },
    { setCookie: 'a=1; SameSite=Strict', method: 'GET', relation: 'none', sent: 'a=1' },
    { setCookie: 'a=1; SameSite=None; Secure', method: 'POST', relation: 'cross-site', sent: 'a=1' },
  ] as const)('$setCookie with a $method that is $relation: "$sent"', ({ setCookie, method, relation, sent }) => {
    expect(jarWith(setCookie, 'https://h.example/').sends('https://h.example/', method, relation)).toBe(sent)
  })
})

describe('the life of a cookie', () => {
  test('ends with its Max-Age', () => {
    const { sends } = jarWith('a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'https://h.example/')
    expect(sends('https://h.example/')).toBe('a=1')
    nowMs += 10_000
    expect(sends('https://h.example/')).toBe('')
  })

  test('ends when it is set again with no time left', () => {
    const { jar, sends } = jarWith('a=1', 'https://h.example/')
    jar.store(new Response(null, { headers: { 'set-cookie': 'a=; Max-Age=0' } }), new URL('https://h.example/'))
    expect(sends('https://h.example/')).toBe('')
    expect(jar.cookies).toEqual([])
  })

  test('a longer path comes first', () => {
    const { jar, sends } = jarWith('a=1; Path=/', 'https://h.example/')
    jar.store(new Response(null, { headers: { 'set-cookie': 'a=2; Path=/x' } }), new URL('https://h.example/'))
    expect(sends('https://h.example/x')).toBe('a=2; a=1')
  })
})
