/** A control of a form that holds a value. */
export interface Field {
  readonly name: string
  readonly kind: 'text' | 'hidden' | 'checkbox' | 'radio' | 'select'
  /** What it holds; for a box or radio button, what it sends when it is checked. */
  readonly value: string
  /** Always true for what is not a box or radio button. */
  readonly checked: boolean
  /** The values of a select's options. */
  readonly options: readonly string[]
}

/** A button that submits its form. */
export interface Button {
  readonly name: string
  readonly value: string
  readonly text: string
}

export interface Form {
  readonly id: string
  /** Absolute. */
  readonly action: string
  readonly method: 'get' | 'post'
  readonly fields: readonly Field[]
  readonly buttons: readonly Button[]
}

export interface Link {
  /** Absolute. */
  readonly href: string
  readonly text: string
}

/** What a person enters: a text; which value of radio buttons, of boxes or of a select; true or false for a single box. */
export type FormValues = Readonly<Record<string, string | boolean | readonly string[]>>

/**
 * What a form sends. Throws when the form has no such field, value or button: a person could not enter it either.
 *
 * @param button The text or the value of the button to press; the first one by default.
 */
export function fillForm(form: Form, values: FormValues, button?: string): URLSearchParams {
  for (const [name, value] of Object.entries(values)) checkEnterable(form, name, value)
  const entries = form.fields
    .filter((field) => isSent(field, values[field.name]))
    .map((field) => [field.name, sentValue(field, values[field.name])] as [string, string])
  const pressed = findButton(form, button)
  if (pressed !== undefined && pressed.name !== '') entries.push([pressed.name, pressed.value])
  return new URLSearchParams(entries)
}

/** Whether the form has all these fields and that button. */
export function suits(form: Form, values: FormValues, button?: string): boolean {
  const hasFields = Object.keys(values).every((name) => form.fields.some((field) => field.name === name))
  return hasFields && (button === undefined || form.buttons.some((candidate) => isCalled(candidate, button)))
}

function checkEnterable(form: Form, name: string, entered: FormValues[string]): void {
  const fields = form.fields.filter((field) => field.name === name)
  if (fields.length === 0) throw new Error(`The form has no field ${name}`)
  const choices = fields.flatMap(({ kind, value, options }) => {
    if (kind === 'select') return options
    return kind === 'text' || kind === 'hidden' ? [] : [value]
  })
  const wanted = typeof entered === 'boolean' ? [] : [entered].flat()
  const missing = choices.length === 0 ? undefined : wanted.find((value) => !choices.includes(value))
  if (missing !== undefined) throw new Error(`The field ${name} offers no ${missing}, only ${choices.join(', ')}`)
}

function isSent({ kind, value, checked }: Field, entered: FormValues[string] | undefined): boolean {
  if (kind !== 'checkbox' && kind !== 'radio') return true
  if (entered === undefined) return checked
  return typeof entered === 'boolean' ? entered : [entered].flat().includes(value)
}

function sentValue({ kind, value }: Field, entered: FormValues[string] | undefined): string {
  const isFree = kind !== 'checkbox' && kind !== 'radio'
  return isFree && typeof entered === 'string' ? entered : value
}

function findButton(form: Form, called: string | undefined): Button | undefined {
  if (called === undefined) return form.buttons[0]
  const button = form.buttons.find((candidate) => isCalled(candidate, called))
  if (button === undefined) throw new Error(`The form has no button ${called}`)
  return button
}

function isCalled({ value, text }: Button, called: string): boolean {
  return value === called || text === called
}
