import { html } from 'hono/html'
import { type Html, layout } from './layout.ts'

export interface ErrorModel {
  readonly title: string
  /** What is wrong, for the person who reads it. */
  readonly message: string
  /** What to do next. */
  readonly advice: string
}

/** Says what went wrong and what to do about it; holds no trace, path or token. */
export function errorPage({ title, message, advice }: ErrorModel): Html {
  return layout({
    title,
    content: html`<section class="card">
      <h1>${title}</h1>
      <p>${message}</p>
      <p><strong>What to do:</strong> ${advice}</p>
    </section>`,
  })
}
