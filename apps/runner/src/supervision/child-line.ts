import { checkStructure, valuesLimit } from '@fjmcp-broker/shared/json-structure'
import { answeredTooMuch } from './answered-too-much.ts'
import { type ChildMessage, garbage, parseChildMessage } from './child-message.ts'
import { findAnswerId } from './find-answer-id.ts'

const limits = {
  /** Far more than any message has, far fewer than make a serializer run out of stack. */
  levels: 200,
  values: valuesLimit,
}

/** What a value takes at least, in the unit of sizes; so that very many small ones do not count as little as their text. */
const sizeOfValue = 16

/** What stands in the place of an answer is about as large. */
const sizeOfReplacement = 512

export interface ChildLine {
  readonly message: ChildMessage
  /** What it takes to keep it: its bytes, or more where it has many values. */
  readonly size: number
}

/** Sorts one line of a child. An answer that is nested too deeply or has too many values to be passed on is sorted as an error that says so. */
export function parseChildLine(line: string): ChildLine {
  const structure = checkStructure(line, limits)
  if (!structure.ok) return { message: replaceAnswer(line), size: sizeOfReplacement }
  return { message: parseLine(line), size: Math.max(Buffer.byteLength(line), structure.value * sizeOfValue) }
}

function parseLine(line: string): ChildMessage {
  try {
    return parseChildMessage(JSON.parse(line))
  } catch {
    return garbage
  }
}

function replaceAnswer(line: string): ChildMessage {
  const id = findAnswerId(line)
  return id === undefined ? garbage : { kind: 'response', id, message: answeredTooMuch(id) }
}
