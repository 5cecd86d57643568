import { expect, test } from 'vitest'
import { createOpenAnswers } from './open-answers.ts'

const access = { userId: 'usr_1', clientId: 'cli_1', grantId: 'gra_1', familyId: 'fam_1' }

test('ends once what the access covers, and nothing else', () => {
  const answers = createOpenAnswers()
  const ended: string[] = []
  answers.add(access, () => ended.push('call'))
  answers.add(access, () => ended.push('stream'))
  answers.add({ ...access, familyId: 'fam_2' }, () => ended.push('other family'))
  answers.endWhere(({ familyId }) => familyId === 'fam_1')
  answers.endWhere(({ familyId }) => familyId === 'fam_1')
  expect(ended).toEqual(['call', 'stream'])
})

test('does not end what is over', () => {
  const answers = createOpenAnswers()
  const ended: string[] = []
  const remove = answers.add(access, () => ended.push('call'))
  remove()
  answers.endWhere(() => true)
  expect(ended).toEqual([])
})

test('ends the others although one takes itself out, as streams do when they close', () => {
  const answers = createOpenAnswers()
  const ended: string[] = []
  const remove = answers.add(access, () => {
    remove()
    ended.push('first')
  })
  answers.add(access, () => ended.push('second'))
  answers.endWhere(() => true)
  expect(ended).toEqual(['first', 'second'])
})
