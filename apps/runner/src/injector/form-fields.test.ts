import { expect, test } from 'vitest'
import { mayHoldFormFields } from './form-fields.ts'

const type = 'multipart/form-data; boundary=b0'
const file = 'Content-Disposition: form-data; name="attachment"; filename="a \\"b\\".txt"\r\nContent-Type: text/plain\r\n\r\ncontent'
const field = 'Content-Disposition: form-data; name="sudo"\r\n\r\nroot'

test.each([undefined, 'application/json', 'application/json; charset=utf-8', 'text/plain'])('lets a body of type %s be', (other) => {
  expect(mayHoldFormFields(other, Buffer.from('sudo=root'))).toBe(false)
})

test.each(['application/x-www-form-urlencoded', ' APPLICATION/X-WWW-Form-Urlencoded;charset=utf-8', 'application/x-www-form-urlencoded;;'])(
  'takes %j for a form whatever is in it',
  (form) => {
    expect(mayHoldFormFields(form, Buffer.from('a=b'))).toBe(true)
  },
)

test.each([
  ['', 'nothing after it'],
  ['\r\n', 'a line break after it'],
])('lets one file alone be, with %j after the form', (after) => {
  expect(mayHoldFormFields(type, Buffer.from(`--b0\r\n${file}\r\n--b0--${after}`))).toBe(false)
})

test.each([
  ['a field', `--b0\r\n${field}\r\n--b0--`],
  ['a field after the file', `--b0\r\n${file}\r\n--b0\r\n${field}\r\n--b0--`],
  ['a field before the file', `--b0\r\n${field}\r\n--b0\r\n${file}\r\n--b0--`],
  ['a field whose lines end in LF', `--b0\n${field.replaceAll('\r', '')}\n--b0--`],
  ['a field after the close of a file', `--b0\r\n${file}\r\n--b0--\r\n--b0\r\n${field}\r\n--b0--`],
  ['a field before the first delimiter that was looked for', `x\r\n--b0\r\n${field}\r\n--b0--`],
  ['a file without a name', `--b0\r\n${file.replace('a \\"b\\".txt', '')}\r\n--b0--`],
  ['a name that goes on elsewhere', `--b0\r\nContent-Disposition: form-data; name*0="su"; name*1="do"\r\n\r\nroot\r\n--b0--`],
  ['a part without an end', `--b0\r\n${file}`],
  ['nothing', ''],
])('does not let a form be that holds %s', (_, body) => {
  expect(mayHoldFormFields(type, Buffer.from(body))).toBe(true)
})

test.each(['multipart/form-data', 'multipart/mixed; boundary=b0', `${type}; boundary=c0`, 'Multipart/Form-Data; boundary="b0"'])(
  'does not let a form of the type %j be, for others may cut it elsewhere',
  (other) => {
    expect(mayHoldFormFields(other, Buffer.from(`--b0\r\n${file}\r\n--b0--`))).toBe(true)
  },
)
