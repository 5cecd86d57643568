/**
 * What a log may hold of an error that is not of our making: its name, its code and where it came from, and the same of its causes. Not the
 * messages: whoever wrote them may have quoted what was being worked on, a token included.
 */
export function describeError(error: unknown): { readonly reason: string; readonly stack: string } {
  const chain = listCauses(error)
  return { reason: chain.map(nameOf).join(': '), stack: chain.map((one) => [nameOf(one), ...framesOf(one)].join('\n')).join('\n') }
}

/** More causes than this are a circle. */
const maxCauses = 8

function listCauses(error: unknown): readonly unknown[] {
  const chain = [error]
  let current = error
  while (current instanceof Error && current.cause !== undefined && chain.length < maxCauses) {
    current = current.cause
    chain.push(current)
  }
  return chain
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const name = error.name === 'Error' ? error.constructor.name : error.name
  return 'code' in error && typeof error.code === 'string' ? `${name} ${error.code}` : name
}

/** The message comes first in a stack, and may look like frames itself. */
function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  const messageAt = error.stack.indexOf(error.message)
  const afterMessage = messageAt === -1 ? error.stack : error.stack.slice(messageAt + error.message.length)
  return afterMessage.split('\n').filter((line) => /^ {4}at /.test(line))
}
