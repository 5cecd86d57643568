/** The tests that a page names: a path in code, a colon, and one or more titles in quotes. */
export function findNamedTests(page: string): readonly { readonly file: string; readonly test: string }[] {
  return [...page.matchAll(/`([\w./-]+\.test\.ts)`: ((?:"(?:[^"\\]|\\.)+"(?:, )?)+)/g)].flatMap(([, path = '', titles = '']) =>
    [...titles.matchAll(/"((?:[^"\\]|\\.)+)"/g)].map(([, title = '']) => ({ file: fromRoot(path), test: title.replaceAll('\\', '') })),
  )
}

/** The page leaves `apps/` out. */
function fromRoot(path: string): string {
  return /^(?:gateway|runner)\//.test(path) ? `apps/${path}` : path
}
