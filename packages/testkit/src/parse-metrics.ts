/** One family of metrics of a scrape. */
export interface MetricFamily {
  readonly type: string
  readonly help: string
  readonly samples: ReadonlyMap<string, number>
}

/**
 * Reads the text format as Prometheus does, strictly: a family once and in one piece, its help and type before its samples, no sample
 * twice. Throws at anything else.
 *
 * @returns The families by name; their samples by name and labels as they stand in the line.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseMetrics(text: string): ReadonlyMap<string, MetricFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>()
  let current = ''
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)$/.exec(line) ?? []
    if (keyword === 'HELP') {
      if (families.has(name)) throw new Error(`a second family ${name}`)
      families.set(name, { type: '', help: rest, samples: new Map() })
      current = name
    } else if (keyword === 'TYPE') {
      const family = families.get(name)
      if (family === undefined || name !== current || family.type !== '') throw new Error(`a type out of place: ${line}`)
      family.type = rest
    } else {
      addSample(families.get(current), current, line)
    }
  }
  return families
}

function addSample(family: { readonly type: string; readonly samples: Map<string, number> } | undefined, name: string, line: string): void {
  const match = /^([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+\})? (\S+)$/.exec(line)
  if (match === null || family === undefined || family.type === '') throw new Error(`no sample of a family: ${line}`)
  const [, sample = '', labels = '', written = ''] = match
  const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  if (!suffixes.some((suffix) => sample === name + suffix)) throw new Error(`not of the family ${name}: ${line}`)
  const value = written.toLowerCase() === 'nan' ? Number.NaN : Number(written)
  if (Number.isNaN(value) && written.toLowerCase() !== 'nan') throw new Error(`no number: ${line}`)
  const key = sample + labels
  if (family.samples.has(key)) throw new Error(`twice: ${line}`)
  family.samples.set(key, value)
}
