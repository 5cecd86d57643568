import { expect, test } from 'vitest'
import { fillForm } from './form.ts'
import { readPage } from './read-page.ts'

const html = `<!doctype html><title>A <form> in a title</title>
<!-- <b></b> <form action="/commented"></form> --><script>document.write('<form action="/scripted">')</script>
<a href="/start?a=1&amp;b=2">Go <b>on</b></a> <a href='cursor://open'>Open</a>
<form method="POST" action='/consent' id=one>
  <input type="hidden" name="token" value="&lt;&quot;a&#39;&#x26;">
  <input name=comment value="a > b">
  <input type="radio" name="level" value="read"><input type="radio" name="level" value="write" checked>
  <input type="checkbox" name="tools" value="issues" checked><input type="checkbox" name="tools" value="files">
  <input type="checkbox" name="remember">
  <select name="days"><option value="1">one</option><option selected>7</option></select>
  <textarea name="note">
a &amp; <b></textarea>
  <input name="off" value="x" disabled><input value="nameless">
  <button name="decision" value="allow">Allow  access</button>
  <button type="button">Script only</button>
</form>
<button form="one" name="decision" value="deny">Deny</button>
<form><input type="submit" value="Search"></form>`

const { forms, links } = readPage(html, 'https://h.example/page?x=1')
const [consent, search] = forms

function fill(...[values = {}, button]: readonly [values?: Parameters<typeof fillForm>[1], button?: string]): string {
  if (consent === undefined) throw new Error('no form')
  return fillForm(consent, values, button).toString()
}

test('finds forms and links, and nothing in comments, scripts and titles', () => {
  expect(forms).toHaveLength(2)
  expect(consent).toMatchObject({ action: 'https://h.example/consent', method: 'post' })
  expect(search).toMatchObject({ action: 'https://h.example/page?x=1', method: 'get', buttons: [{ text: 'Search' }] })
  expect(links).toEqual([
    { href: 'https://h.example/start?a=1&b=2', text: 'Go on' },
    { href: 'cursor://open', text: 'Open' },
  ])
})

test('an untouched form sends what the page has set, and its first button', () => {
  expect([...new URLSearchParams(fill())]).toEqual([
    ['token', `<"a'&`],
    ['comment', 'a > b'],
    ['level', 'write'],
    ['tools', 'issues'],
    ['days', '7'],
    ['note', 'a & <b>'],
    ['decision', 'allow'],
  ])
})

test('a person changes texts, choices and boxes, and presses another button', () => {
  const sent = new URLSearchParams(fill({ comment: 'hi', level: 'read', tools: ['issues', 'files'], remember: true, days: '1' }, 'Deny'))
  expect(sent.getAll('tools')).toEqual(['issues', 'files'])
  expect(Object.fromEntries(sent)).toMatchObject({ comment: 'hi', level: 'read', remember: 'on', days: '1', decision: 'deny' })
  expect(new URLSearchParams(fill({ tools: [] })).has('tools')).toBe(false)
})

test('what the form does not offer cannot be entered', () => {
  expect(() => fill({ missing: 'x' })).toThrow('no field missing')
  expect(() => fill({ level: 'full' })).toThrow('offers no full, only read, write')
  expect(() => fill({ days: '30' })).toThrow('offers no 30')
  expect(() => fill({}, 'Script only')).toThrow('no button Script only')
  expect(() => fill({ off: 'y' })).toThrow('no field off')
})
