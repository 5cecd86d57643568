import { html } from 'hono/html'
import { type Html, layout } from './layout.ts'

export interface ErrorModel {
  readonly title: string
  /** What is wrong, for the person who reads it. */
  readonly message: string
  /** What to do next. */
  readonly advice: string
  /** Where a person may go from here. */
  readonly link?: { readonly href: string; readonly text: string }
}

/** Says what went wrong and what to do about it; holds no trace, path or token. */
export function errorPage({ title, message, advice, link }: ErrorModel): Html {
  return layout({
    title,
    content: html`<section class="card">
      <h1>${title}</h1>
      <p>${message}</p>
      <p><strong>What to do:</strong> ${advice}</p>
      ${link === undefined ? '' : html`<p><a href="${link.href}">${link.text}</a></p>`}
    </section>`,
  })
}
