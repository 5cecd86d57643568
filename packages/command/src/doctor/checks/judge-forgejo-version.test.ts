import { expect, test } from 'vitest'
import { judgeForgejoVersion } from './judge-forgejo-version.ts'

test.each([
  ['15.0.2+gitea-1.22.0', 'ok'],
  ['15.1.0+gitea-1.22.0', 'ok'],
  ['16.0.0-dev-123-abcdef+gitea-1.22.0', 'ok'],
  ['11.0.14+gitea-1.22.0', 'ok'],
  ['11.1.0+gitea-1.22.0', 'ok'],
  ['15.0.1+gitea-1.22.0', 'warning'],
  ['14.9.9+gitea-1.22.0', 'warning'],
  ['12.0.20+gitea-1.22.0', 'warning'],
  ['11.0.13+gitea-1.22.0', 'warning'],
  ['1.25.3', 'warning'],
  ['development', 'ok'],
])('%s is %s', (version, state) => {
  const finding = judgeForgejoVersion(version, 'it answers')
  expect(finding.state).toBe(state)
  expect(finding.detail).toContain(version)
})

test('tells Gitea from Forgejo', () => {
  expect(judgeForgejoVersion('1.25.3', 'it answers').detail).toBe('it answers; it says that it is Gitea 1.25.3, not Forgejo')
})
