/**
 * The one stylesheet of all pages, inlined in each. Colours come in a light and a dark set, each pair with a contrast of at least 4.5. The
 * main button takes clicks only when the pointer has been on the page for a moment: the second click of a double one that began on a
 * window above ours, which is gone by then, was not meant for it. Keys and fingers are not held up.
 */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f6; --card: #ffffff; --ink: #1f2328; --soft: #57606a; --line: #d0d7de;
  --accent: #b1480b; --on-accent: #ffffff; --code: #f0f2f4; --warn-ground: #fff4e5; --warn-line: #d97706;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --card: #1d2127; --ink: #e8eaed; --soft: #a7b0bb; --line: #3a424c;
    --accent: #ff9b5e; --on-accent: #1b1209; --code: #14171b; --warn-ground: #2d2316; --warn-line: #e0912f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2.5rem 1rem 3rem; }
.brand { display: flex; align-items: center; gap: .6rem; margin: 0 0 1rem; color: var(--soft); font-weight: 600; }
.brand svg { width: 1.75rem; height: 1.75rem; flex: none; color: var(--accent); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.75rem; }
.card + * { margin-top: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; overflow: hidden; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
p { margin: 0 0 .9rem; }
p:last-child, pre:last-child { margin-bottom: 0; }
a { color: var(--accent); }
.soft { color: var(--soft); }
code, pre { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; font-size: .9em; background: var(--code); border: 1px solid var(--line); border-radius: .4rem; }
code { padding: .1em .35em; overflow-wrap: anywhere; }
pre { margin: 0 0 .9rem; padding: .75rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { padding: 0; border: 0; background: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--soft); }
dd { margin: 0; font-weight: 600; overflow: hidden; overflow-wrap: anywhere; }
fieldset { border: 0; margin: 0 0 1.25rem; padding: 0; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
.choice { display: flex; gap: .75rem; align-items: flex-start; padding: .8rem .9rem; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer; }
.choice + .choice { margin-top: .5rem; }
.choice:has(input:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.choice input { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; flex: none; accent-color: var(--accent); }
.choice b { display: block; }
.choice span span { color: var(--soft); }
.warning { background: var(--warn-ground); border-left: .3rem solid var(--warn-line); border-radius: .4rem; padding: .75rem 1rem; margin: 0 0 .75rem; overflow: hidden; overflow-wrap: anywhere; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
button { font: inherit; font-weight: 600; padding: .65rem 1.25rem; border-radius: .5rem; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button:hover { filter: brightness(1.08); }
@media (hover: hover) and (pointer: fine) {
  button.primary { pointer-events: none; }
  main:hover button.primary { pointer-events: auto; transition: pointer-events 0s .6s allow-discrete; }
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) {
  main { padding-top: 1.25rem; }
  .card { padding: 1.25rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .6rem; }
  .buttons button { flex: 1 1 100%; }
}
`

/** What the Content-Security-Policy allows as style: this stylesheet's text and nothing else. */
export const stylesheetHash = `sha256-${new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(stylesheet))).toBase64()}`
