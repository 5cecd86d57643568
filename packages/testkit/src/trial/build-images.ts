import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { z } from 'zod'

/** The image, and those of later versions: one with a schema that the first can go on with, one with a schema that it cannot. */
export interface Images {
  readonly current: string
  readonly compatible: string
  readonly incompatible: string
}

export const images: Images = {
  current: 'ghcr.io/olemd/fjmcp-broker:latest',
  compatible: 'localhost/fjmcp-broker-compatible:latest',
  incompatible: 'localhost/fjmcp-broker-incompatible:latest',
}

/** What the later ones call themselves. */
export const laterVersion = '0.99.0'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** Builds them all: the image as operators do, the others out of copies of the sources with one more migration. */
export async function buildImages(buildArguments: readonly string[]): Promise<void> {
  console.log(`Building ${images.current} …`)
  const startedAt = performance.now()
  await execa(join(root, 'deploy/image/build'), buildArguments, { stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' })
  const { stdout: bytes } = await execa('podman', ['image', 'inspect', '--format', '{{.Size}}', images.current])
  console.log(`   built in ${Math.round((performance.now() - startedAt) / 1000)} s, ${Math.round(Number(bytes) / 1e6)} MB`)
  await buildLater({ image: images.compatible, olderBrokers: 'go_on', buildArguments })
  await buildLater({ image: images.incompatible, olderBrokers: 'refuse', buildArguments })
}

async function buildLater({
  image,
  olderBrokers,
  buildArguments,
}: {
  readonly image: string
  readonly olderBrokers: 'go_on' | 'refuse'
  readonly buildArguments: readonly string[]
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-later-'))
  try {
    const { stdout: files } = await execa('git', ['ls-files', '-z'], { cwd: root })
    for (const file of files.split('\0').filter((name) => name !== '')) await cp(join(root, file), join(folder, file))
    await addMigration(folder, olderBrokers)
    console.log(`Building ${image} …`)
    await execa('podman', ['build', '--tag', image, ...buildArguments, folder], { stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function addMigration(folder: string, olderBrokers: 'go_on' | 'refuse'): Promise<void> {
  const [migrations, tag] = [join(folder, 'drizzle/migrations'), '9999_later']
  await writeFile(join(migrations, `${tag}.sql`), 'CREATE TABLE `later` (`id` integer PRIMARY KEY NOT NULL);\n')
  const journal = journalSchema.parse(await readJson(join(migrations, 'meta/_journal.json')))
  const entry = { idx: journal.entries.length, version: '6', when: Date.now(), tag, breakpoints: true }
  await writeJson(join(migrations, 'meta/_journal.json'), { ...journal, entries: [...journal.entries, entry] })
  const compatibilities = listSchema.parse(await readJson(join(migrations, 'compatibility.json')))
  await writeJson(join(migrations, 'compatibility.json'), [...compatibilities, { tag, since: laterVersion, olderBrokers }])
  await writeFile(join(folder, 'packages/shared/src/version.ts'), `export const brokerVersion: string = '${laterVersion}'\n`)
}

const listSchema = z.array(z.looseObject({}))
const journalSchema = z.looseObject({ entries: listSchema })

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

async function writeJson(path: string, content: unknown): Promise<void> {
  await writeFile(path, JSON.stringify(content))
}
