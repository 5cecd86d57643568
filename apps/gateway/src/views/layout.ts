import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { stylesheet } from './stylesheet.ts'

/** A piece of HTML whose values are escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** The frame of every page: no script, one inline stylesheet, one heading inside `content`. */
export function layout({ title, content }: { readonly title: string; readonly content: Html }): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${style}
      </head>
      <body>
        <main>
          <p class="brand">${mark}<span>forgejo-mcp-broker</span></p>
          ${content}
        </main>
      </body>
    </html>`
}

// In one piece, for the policy allows this very text: a blank more around it and no browser applies it.
const style = raw(`<style>${stylesheet}</style>`)

const mark = raw(
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><circle cx="7" cy="19" r="2.5"/><circle cx="17" cy="5" r="2.5"/><circle cx="17" cy="13" r="2.5"/><path d="M7 16.5V11a6 6 0 0 1 6-6h1.5M7 16.5a3.5 3.5 0 0 1 3.5-3.5h4"/></svg>',
)
