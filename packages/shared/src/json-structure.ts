import { err, ok, type Result } from './result.ts'

/** Why a text of JSON is more than the broker works on. */
export type StructureRejection = { readonly reason: 'too_deep' | 'too_many_values' }

export interface StructureLimits {
  /** How many levels objects and arrays may lie in each other. */
  readonly levels: number
  /** How many values there may be in all, where an empty object or array counts as two. A few bytes of JSON each, they cost ten times as much in memory. */
  readonly values: number
}

/** Values in one message, either way: far more than any has; in memory they take up to twenty times as much as in the text. */
export const valuesLimit = 100_000

/**
 * Finds what is too much in a text before it is parsed, which takes a hundred times as long where there is nothing in it but brackets.
 * Where nothing is, tells how many values there are. Of a text that is no JSON it may find anything.
 */
export function checkStructure(text: string, limits: StructureLimits): Result<number, StructureRejection> {
  let levels = 0
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === quote) at = endOfString(text, at)
    else if (character === closingBracket || character === closingBrace) levels -= 1
    else if (character === comma) values += 1
    else if (character === openingBracket || character === openingBrace) {
      values += 1
      levels += 1
      if (levels > limits.levels) return err({ reason: 'too_deep' })
    }
    if (values > limits.values) return err({ reason: 'too_many_values' })
  }
  return ok(values)
}

/** Where a string of JSON ends that begins at a quotation mark: at the closing one, or at the end of the text. */
export function endOfString(text: string, start: number): number {
  let at = start + 1
  for (; at < text.length && text.charCodeAt(at) !== quote; at += 1) {
    if (text.charCodeAt(at) === backslash) at += 1
  }
  return at
}

const quote = 0x22
const comma = 0x2c
const openingBracket = 0x5b
const backslash = 0x5c
const closingBracket = 0x5d
const openingBrace = 0x7b
const closingBrace = 0x7d
