import { expect, it } from 'vitest'
import { remedyFor } from './refused-start.ts'

it('names both limits on processes, that of the container and that of a uid', () => {
  expect(remedyFor('EAGAIN')).toMatch(/--pids-limit.*--ulimit=nproc/)
})
