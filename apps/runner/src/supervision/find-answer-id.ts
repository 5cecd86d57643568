import { endOfString } from '@fjmcp-broker/shared/json-structure'

const nameAndNumber = /"(id|method)"\s*:\s*(\d*)/y

/** Finds the id of a response in a text that is too much to be parsed; undefined where it is none, or has no number for an id. */
export function findAnswerId(text: string): number | undefined {
  let levels = 0
  let id: number | undefined
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '{' || character === '[') levels += 1
    else if (character === '}' || character === ']') levels -= 1
    else if (character === '"') {
      const [, name, digits] = levels === 1 ? matchAt(text, at) : []
      if (name === 'method') return undefined
      if (name === 'id' && digits !== '') id = Number(digits)
      at = endOfString(text, at)
    }
  }
  return id
}

function matchAt(text: string, at: number): readonly string[] {
  nameAndNumber.lastIndex = at
  return nameAndNumber.exec(text) ?? []
}
