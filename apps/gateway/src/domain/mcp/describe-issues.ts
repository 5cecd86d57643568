import type { z } from 'zod'

const mostIssues = 3
const longestPath = 80

/** What is wrong with the parameters of a request, in few words however many things are, and however long their names. */
export function describeIssues({ issues }: Pick<z.ZodError, 'issues'>): string {
  const described = issues.slice(0, mostIssues).map(({ path, message }) => `${shorten(['params', ...path].join('.'))}: ${message}`)
  return [...described, ...(issues.length > mostIssues ? [`and ${issues.length - mostIssues} more`] : [])].join('; ')
}

function shorten(path: string): string {
  return path.length > longestPath ? `${path.slice(0, longestPath)}…` : path
}
