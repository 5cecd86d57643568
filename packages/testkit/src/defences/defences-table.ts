import { markdownTable } from '../generated-documents/markdown-table.ts'
import type { Defence, HandlerDefences } from './defence.ts'

/** The tables of `docs/design.md` §8.2, one for each handler. */
export function tabulateDefences(handlers: readonly HandlerDefences[]): string {
  return handlers.map(({ handler, defences }) => `#### ${handler}\n\n${markdownTable(head, defences.map(row))}`).join('\n\n')
}

const head = ['Attack', 'Catalogue', 'Stopped in', 'Proved by']

function row({ attack, catalogue, stoppedIn, proof }: Defence): readonly string[] {
  return [attack, catalogue, code(stoppedIn), `${code(proof.file)}: ${quote(proof.test)}`]
}

function code(text: string): string {
  return `\`${text}\``
}

function quote(title: string): string {
  return `"${title}"`
}
