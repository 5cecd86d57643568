import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

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

/** What the incompatible one calls itself. */
export const incompatibleVersion = '0.99.0'

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
    await addMigration(join(folder, 'drizzle/migrations'), olderBrokers)
    console.log(`Building ${image} …`)
    await execa('podman', ['build', '--tag', image, ...buildArguments, folder], { stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function addMigration(folder: string, olderBrokers: 'go_on' | 'refuse'): Promise<void> {
  await writeFile(join(folder, '9999_later.sql'), 'CREATE TABLE `later` (`id` integer PRIMARY KEY NOT NULL);\n')
  await change(join(folder, 'meta/_journal.json'), (journal: { entries: object[] }) => {
    journal.entries.push({ idx: journal.entries.length, version: '6', when: Date.now(), tag: '9999_later', breakpoints: true })
  })
  await change(join(folder, 'compatibility.json'), (list: object[]) => {
    list.push({ tag: '9999_later', since: incompatibleVersion, olderBrokers })
  })
}

async function change<Content>(path: string, edit: (content: Content) => void): Promise<void> {
  const content = JSON.parse(await readFile(path, 'utf8')) as Content
  edit(content)
  await writeFile(path, JSON.stringify(content))
}
