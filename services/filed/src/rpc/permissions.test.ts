import { describe, expect, test } from 'vitest'
import type { FiledConfig } from '../config/load.ts'
import { permissionsOf, refusalOf } from './permissions.ts'

const all = { isMonitor: false, commands: [], scriptDirs: [] }

describe('what a Director may', () => {
  test.each([
    ['anything', all, 'backup', undefined],
    ['the status only', { ...all, isMonitor: true }, 'estimate', 'may only ask for the status'],
    ['what is listed', { ...all, commands: ['Backup', 'estimate'] }, 'backup', undefined],
    [
      'nothing else',
      { ...all, commands: ['backup', 'estimate'] },
      'runscript',
      'may not have this daemon do a runscript: Allowed Job Command is backup, estimate',
    ],
  ] as const)('%s', (_case, permissions, command, expected) => {
    expect(refusalOf(permissions, command)).toBe(expected)
  })

  test('its own lists go over those of the daemon', () => {
    const config = {
      client: { allowedJobCommand: ['backup'], allowedScriptDir: ['/all'] },
      directors: new Map([
        ['own', { allowedJobCommand: [], allowedScriptDir: ['/own'], monitor: false }],
      ]),
    } as unknown as FiledConfig
    expect(permissionsOf(config, 'own')).toEqual({
      isMonitor: false,
      commands: ['backup'],
      scriptDirs: ['/own'],
    })
  })
})
