import type { z } from 'zod'
import { errorCode } from './error-code.ts'
import { err, ok, type Result } from './result.ts'

/** One thing that is wrong with the settings: the variable's name and what is expected of it. */
export interface SettingProblem {
  readonly name: string
  readonly expected: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads the whole of a small file as text. Throws when it cannot. */
export type ReadFile = (path: string) => string

/**
 * Parses settings out of an environment and finds every problem, not the first only. An empty variable counts as absent.
 * Where a name is in `secrets`, `NAME_FILE` may name a file that holds the value; its last line break is dropped.
 *
 * @param schema An object schema whose keys are the variables' names and whose messages say what is expected.
 */
export function parseEnvironment<Settings>({
  schema,
  environment,
  secrets,
  readFile,
}: {
  readonly schema: z.ZodType<Settings>
  readonly environment: Environment
  readonly secrets: readonly string[]
  readonly readFile: ReadFile
}): Result<Settings, readonly SettingProblem[]> {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value !== '') values[name] = value
  }
  const problems: SettingProblem[] = []
  for (const name of secrets) {
    const problem = takeFromFile({ name, values, readFile })
    if (problem !== undefined) problems.push(problem)
  }
  const unreadable = new Set(problems.map((problem) => problem.name.replace(/_FILE$/, '')))
  const parsed = schema.safeParse(values)
  if (parsed.success && problems.length === 0) return ok(parsed.data)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? '')
    if (!unreadable.has(name)) problems.push({ name, expected: issue.message })
  }
  return err(problems)
}

function takeFromFile({
  name,
  values,
  readFile,
}: {
  readonly name: string
  readonly values: Record<string, string>
  readonly readFile: ReadFile
}): SettingProblem | undefined {
  const fileName = `${name}_FILE`
  const path = values[fileName]
  if (path === undefined) return undefined
  if (values[name] !== undefined) return { name: fileName, expected: `either ${name} or ${fileName}, not both` }
  try {
    values[name] = readFile(path).replace(/\r?\n$/, '')
  } catch (error) {
    return {
      name: fileName,
      expected: `a readable file (${errorCode(error) ?? 'unreadable'})`,
    }
  }
  return values[name] === '' ? { name: fileName, expected: 'a file that is not empty' } : undefined
}
