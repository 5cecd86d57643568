import type { z } from 'zod'
import { err, ok, type Result } from './result.ts'
import { type ReadSecretFile, takeSecret } from './secret-file.ts'
import { readSettingMeta } from './setting-meta.ts'

/** One thing that is wrong with the settings: the variable's name and what is expected of it. */
export interface SettingProblem {
  readonly name: string
  readonly expected: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Parses settings out of an environment and finds every problem, not the first only. An empty variable counts as absent.
 * Where a setting's meta says so, `NAME_FILE` may name a file that holds the value; its last line break is dropped.
 *
 * @param schema Its keys are the variables' names; its messages say what is expected.
 * @param readSecretFile Needed where a setting of the schema may come from a file.
 */
export function parseEnvironment<Schema extends z.ZodObject>({
  schema,
  environment,
  readSecretFile,
}: {
  readonly schema: Schema
  readonly environment: Environment
  readonly readSecretFile?: ReadSecretFile | undefined
}): Result<z.output<Schema>, readonly SettingProblem[]> {
  const values = listPresent(environment)
  const problems: SettingProblem[] = []
  const unknown = new Set<string>()
  for (const file of listFiles(schema, values)) {
    const secret = readFile(file, readSecretFile)
    if (secret.ok) values[file.name] = secret.value
    else {
      problems.push({ name: file.fileName, expected: secret.error })
      unknown.add(file.name)
    }
  }
  const parsed = schema.safeParse(values)
  if (parsed.success && problems.length === 0) return ok(parsed.data)
  return err([...problems, ...listProblems(parsed).filter(({ name }) => !unknown.has(name))])
}

/** Finds every problem that can be seen without reading a file: what a file is named for counts as present and right. */
export function checkEnvironment({
  schema,
  environment,
}: {
  readonly schema: z.ZodObject
  readonly environment: Environment
}): readonly SettingProblem[] {
  const values = listPresent(environment)
  const files = listFiles(schema, values)
  const named = new Set(files.map(({ name }) => name))
  return [
    ...files.filter(({ isDouble }) => isDouble).map((file) => ({ name: file.fileName, expected: expectedOnce(file) })),
    ...listProblems(schema.safeParse(values)).filter(({ name }) => !named.has(name)),
  ]
}

/** A file that is named for a setting. */
interface SettingFile {
  readonly name: string
  readonly fileName: string
  readonly path: string
  /** Whether the setting itself is given too. */
  readonly isDouble: boolean
}

function listPresent(environment: Environment): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value !== '') values[name] = value
  }
  return values
}

function listFiles(schema: z.ZodObject, values: Readonly<Record<string, string>>): readonly SettingFile[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const fileName = `${name}_FILE`
    const path = values[fileName]
    if (path === undefined || !readSettingMeta(field).fromFile) return []
    return [{ name, fileName, path, isDouble: values[name] !== undefined }]
  })
}

function readFile(file: SettingFile, readSecretFile: ReadSecretFile | undefined): Result<string, string> {
  if (readSecretFile === undefined) throw new Error(`nothing was given to read ${file.fileName} with`)
  return file.isDouble ? err(expectedOnce(file)) : takeSecret(readSecretFile(file.path))
}

function expectedOnce({ name, fileName }: SettingFile): string {
  return `either ${name} or ${fileName}, not both`
}

function listProblems({ error }: z.ZodSafeParseResult<unknown>): readonly SettingProblem[] {
  return (error?.issues ?? []).map((issue) => ({ name: String(issue.path[0] ?? ''), expected: issue.message }))
}
