import { repeat } from '../load/repeat.ts'
import { open } from '../load/session.ts'
import type { ComparedPart } from './compare.ts'

/** The list of all tools, again and again in one session. */
export const lists: ComparedPart = {
  name: 'lists',
  async begin({ sizes }, subject) {
    const session = await open(subject.createSession())
    const act = (): Promise<void> => session.list()
    await repeat({ clients: 1, times: sizes.lists, act })
    return {
      measure: async () => ({ list_p50: (await repeat({ clients: 1, times: sizes.lists, act })).p50Ms }),
      end: () => session.close(),
    }
  },
}
