import type { Button, Field, Form, Link } from './form.ts'
import { type HtmlToken, readHtml } from './html-tokens.ts'

interface FormUnderWay {
  readonly form: Omit<Form, 'fields' | 'buttons'>
  readonly fields: Field[]
  readonly buttons: Button[]
}

type Attributes = ReadonlyMap<string, string>

/** Finds the forms and links of a page, in their order. Controls outside of a form belong to the one that their `form` attribute names. */
export function readPage(html: string, url: string): { readonly forms: readonly Form[]; readonly links: readonly Link[] } {
  const tokens = readHtml(html)
  const forms = tokens.flatMap((token) => (token.kind === 'start' && token.name === 'form' ? [startForm(token.attributes, url)] : []))
  const links: Link[] = []
  let formsSeen = 0
  let open: FormUnderWay | undefined
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'end' && token.name === 'form') open = undefined
    if (token.kind !== 'start') continue
    const { name, attributes } = token
    if (name === 'form') {
      open = forms[formsSeen]
      formsSeen += 1
    }
    const href = attributes.get('href')
    if (name === 'a' && href !== undefined) links.push({ href: resolve(href, url), text: textAfter(tokens, index) })
    const formId = attributes.get('form')
    const owner = formId === undefined ? open : forms.find(({ form }) => form.id === formId)
    if (owner !== undefined && !attributes.has('disabled')) addControl({ owner, tokens, index, name, attributes })
  }
  return { forms: forms.map(({ form, fields, buttons }) => Object.assign(form, { fields, buttons })), links }
}

function startForm(attributes: Attributes, url: string): FormUnderWay {
  const action = attributes.get('action') ?? ''
  return {
    form: {
      id: attributes.get('id') ?? '',
      action: action === '' ? url : resolve(action, url),
      method: attributes.get('method')?.toLowerCase() === 'post' ? 'post' : 'get',
    },
    fields: [],
    buttons: [],
  }
}

interface Control {
  readonly owner: FormUnderWay
  readonly tokens: readonly HtmlToken[]
  readonly index: number
  readonly name: string
  readonly attributes: Attributes
}

function addControl({ owner, tokens, index, name: tag, attributes }: Control): void {
  const name = attributes.get('name') ?? ''
  const value = attributes.get('value')
  if (tag === 'button' && (attributes.get('type') ?? 'submit') === 'submit') {
    owner.buttons.push({ name, value: value ?? '', text: textAfter(tokens, index) })
  } else if (tag === 'input') {
    addInput(owner, name, attributes)
  } else if (tag === 'textarea' && name !== '') {
    owner.fields.push({ name, kind: 'text', value: textAfter(tokens, index), checked: true, options: [] })
  } else if (tag === 'select' && name !== '') {
    owner.fields.push({ name, kind: 'select', checked: true, ...readOptions(tokens, index) })
  }
}

function addInput(owner: FormUnderWay, name: string, attributes: Attributes): void {
  const type = attributes.get('type')?.toLowerCase() ?? 'text'
  const value = attributes.get('value')
  if (type === 'submit') owner.buttons.push({ name, value: value ?? '', text: value ?? 'Submit' })
  if (name === '' || ['submit', 'button', 'reset', 'image', 'file'].includes(type)) return
  if (type === 'checkbox' || type === 'radio') {
    owner.fields.push({ name, kind: type, value: value ?? 'on', checked: attributes.has('checked'), options: [] })
  } else {
    owner.fields.push({ name, kind: type === 'hidden' ? 'hidden' : 'text', value: value ?? '', checked: true, options: [] })
  }
}

/** The options of the select at this place, and the one that is chosen. */
function readOptions(tokens: readonly HtmlToken[], index: number): Pick<Field, 'value' | 'options'> {
  const end = tokens.findIndex((token, at) => at > index && token.kind === 'end' && token.name === 'select')
  const options: string[] = []
  let chosen: string | undefined
  for (const [at, token] of tokens.entries()) {
    if (at <= index || at >= end || token.kind !== 'start' || token.name !== 'option') continue
    const value = token.attributes.get('value') ?? textAfter(tokens, at)
    options.push(value)
    if (token.attributes.has('selected')) chosen = value
  }
  return { value: chosen ?? options[0] ?? '', options }
}

/** The text of the element that starts at this place. */
function textAfter(tokens: readonly HtmlToken[], index: number): string {
  const start = tokens[index]
  const name = start?.kind === 'start' ? start.name : ''
  let text = ''
  for (const token of tokens.slice(index + 1)) {
    if (token.kind === 'end' && token.name === name) break
    if (token.kind === 'text') text += token.text
  }
  return name === 'textarea' ? text.replace(/^\n/, '') : text.replace(/\s+/g, ' ').trim()
}

/** A link that is no URL stays as it is written. */
function resolve(reference: string, base: string): string {
  return URL.parse(reference, base)?.href ?? reference
}
