import manifest from '../package.json' with { type: 'json' }

/** The broker's version, the same in all its packages. */
export const brokerVersion: string = manifest.version
