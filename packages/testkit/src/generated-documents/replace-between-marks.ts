/** Puts newly made text between the two marks of that name; all else on the page is written by hand and stays. */
export function replaceBetweenMarks({ page, name, text }: { readonly page: string; readonly name: string; readonly text: string }): string {
  const start = `<!-- generated: ${name} -->`
  const end = `<!-- end: ${name} -->`
  const startsAt = page.indexOf(start)
  const endsAt = page.indexOf(end)
  if (startsAt === -1 || endsAt < startsAt) throw new Error(`the page needs "${start}" and, after it, "${end}"`)
  return `${page.slice(0, startsAt)}${start}\n\n${text}\n\n${page.slice(endsAt)}`
}
