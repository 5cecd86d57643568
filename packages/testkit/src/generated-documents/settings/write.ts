import { readFileSync, writeFileSync } from 'node:fs'
import { listSettings } from '@fjmcp-broker/command/settings/list-settings'
import { createEnvExample } from './env-example.ts'
import { envExampleFile, settingsPageFile } from '../files.ts'
import { renewSettingsPage } from './settings-page.ts'

// Called by `npm run settings` after a setting was added or changed.
const settings = listSettings()
writeFileSync(settingsPageFile, renewSettingsPage(readFileSync(settingsPageFile, 'utf8'), settings))
writeFileSync(envExampleFile, createEnvExample(settings))
