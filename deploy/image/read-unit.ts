import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One line of a unit's `[Container]` part. */
export interface UnitLine {
  readonly key: string
  readonly value: string
}

/** The unit that operators copy. */
export const unitPath = fileURLToPath(new URL('../podman/fjmcp-broker.container', import.meta.url))

/** Reads the `[Container]` part of a Quadlet unit, comments left out. */
export function readUnit(path: string): readonly UnitLine[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  const begin = lines.indexOf('[Container]') + 1
  const length = lines.slice(begin).findIndex((line) => line.startsWith('['))
  return lines
    .slice(begin, length < 0 ? undefined : begin + length)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ key: line.slice(0, line.indexOf('=')), value: line.slice(line.indexOf('=') + 1) }))
}

/**
 * What the generator makes of a unit for `podman run`, but for what belongs to a place: name, image, settings, port and volume.
 *
 * @throws Error where the unit has a key that is not known here.
 */
export function toPodmanArguments(unit: readonly UnitLine[]): readonly string[] {
  return unit.flatMap(({ key, value }) => {
    switch (key) {
      case 'ContainerName':
      case 'Image':
      case 'EnvironmentFile':
      case 'PublishPort':
      case 'Volume':
        return []
      case 'PodmanArgs':
        return splitWords(value)
      case 'Label':
        return [`--label=${value}`]
      case 'DropCapability':
        return [`--cap-drop=${value}`]
      case 'AddCapability':
        return value.split(' ').map((capability) => `--cap-add=${capability}`)
      case 'NoNewPrivileges':
        return ['--security-opt=no-new-privileges']
      case 'ReadOnly':
        return ['--read-only']
      case 'RunInit':
        return ['--init']
      default:
        throw new Error(`The unit has the key ${key}, of which is not known what it becomes.`)
    }
  })
}

/** Splits as systemd does: at blanks, but not within quotes, which may stand anywhere in a word. */
function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single: string | undefined, double: string) => single ?? double))
}
