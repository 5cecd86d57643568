import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { describe, expect, test } from 'vitest'
import { readUnit, toPodmanArguments, unitPath } from './read-unit.ts'

/** All that Podman 4.4 knows in a container's unit: with any other key it drops the whole unit. */
const keysOfPodman44 = new Set(
  [
    'ContainerName Image Environment EnvironmentFile EnvironmentHost Exec NoNewPrivileges DropCapability AddCapability ReadOnly RemapUsers',
    'RemapUid RemapGid RemapUidSize Notify ExposeHostPort PublishPort User Group Volume PodmanArgs Label Annotation RunInit VolatileTmp',
    'Timezone SeccompProfile AddDevice Network',
  ].flatMap((line) => line.split(' ')),
)

describe('the unit', () => {
  test('has no key that Podman 4.4 does not know', () => {
    expect(readUnit(unitPath).filter(({ key }) => !keysOfPodman44.has(key))).toEqual([])
  })

  test('drops every capability but three, and is taken apart as systemd does it', () => {
    const args = toPodmanArguments(readUnit(unitPath))
    expect(args.filter((word) => word.startsWith('--cap'))).toEqual([
      '--cap-drop=all',
      '--cap-add=setuid',
      '--cap-add=setgid',
      '--cap-add=kill',
    ])
    expect(args).toContain('--sysctl=kernel.sem=0 0 0 0')
    expect(args).toContain('--health-cmd=["/usr/local/bin/fjmcp-broker","health"]')
  })
})

test('the Caddyfile says how long the broker keeps an idle connection', () => {
  const [, ms = ''] = /keepAliveTimeout: ([\d_]+)/.exec(readFileSync(fileOf('apps/gateway/src/serve.ts'), 'utf8')) ?? []
  const [, seconds] = /keeps an idle connection \((\d+) s\)/.exec(readFileSync(fileOf('deploy/caddy/Caddyfile'), 'utf8')) ?? []
  expect(Number(seconds) * 1000).toBe(Number(ms.replaceAll('_', '')))
})

test('no database and no settings of a broker in the checkout get into the build', () => {
  const ignored = readFileSync(fileOf('.containerignore'), 'utf8').split('\n')
  expect(ignored).toEqual(expect.arrayContaining(['**/data', '**/.env*', '**/*.db*']))
})

describe('build-forgejo-mcp', () => {
  test.each([
    ['latest', 'another program at every build'],
    ['2.32.0', 'the oldest that works is 2.32.1'],
    ['v2.9.1', 'the oldest that works is 2.32.1'],
    ['main', 'looks like 2.34.1'],
    ['2.34.1; true', 'looks like 2.34.1'],
    ['', 'looks like 2.34.1'],
  ])('refuses the version "%s" and says why', (version, reason) => {
    const { status, stderr } = spawnSync('/bin/sh', [fileOf('deploy/image/build-forgejo-mcp'), version, '/nowhere'], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringContaining(reason) })
  })
})

describe('the Containerfile', () => {
  const text = readFileSync(fileOf('Containerfile'), 'utf8')

  test('names what it is built on at its top only, each by a tag', () => {
    const images = [...text.matchAll(/^ARG \w+_IMAGE=(.*)$/gm)].map(([, image]) => image)
    expect(images).toHaveLength(3)
    for (const image of images) expect(image).toMatch(/^[\w.-]+\.\w+\/[\w./-]+:[\w.-]+$/)
    for (const [, from] of text.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)) expect(from).toMatch(/^\$\w+_IMAGE$|^manifests$/)
  })

  test('says the version of the broker', () => {
    expect(text).toContain(`org.opencontainers.image.version="${brokerVersion}"`)
  })

  test('gives npm the manifest of every workspace', () => {
    const { packages } = JSON.parse(readFileSync(fileOf('package-lock.json'), 'utf8')) as { readonly packages: Record<string, unknown> }
    const workspaces = Object.keys(packages).filter((place) => place !== '' && !place.includes('node_modules'))
    for (const place of workspaces) expect(text).toContain(`COPY ${place}/package.json ${place}/`)
  })
})

function fileOf(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
