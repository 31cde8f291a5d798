// An autochanger of one drive, made of directories: labelled by barcode, written, read, purged and truncated.
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { COFFER, coffer, Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 180_000

describe('an autochanger', { timeout: TIMEOUT_MS }, () => {
  let trial: Trial
  let robot: string

  beforeAll(async () => {
    trial = await Trial.start('changer', async (draft) => {
      robot = join(draft.path, 'robot')
      await mkdir(robot)
      await coffer(['changer', robot, 'create', '3', 'VT'])
      await draft.edit(
        'storage.d/device/Robot.conf',
        () => `Autochanger {
  Name = Robot; Device = Drive-0; Changer Device = "${robot}"
  Changer Command = "${process.execPath} ${COFFER} changer %c %o %S %a %d"
}
`,
      )
      await draft.edit(
        'storage.d/device/Drive-0.conf',
        () => `Device {
  Name = Drive-0; Media Type = Robot; Archive Device = "${join(robot, 'archive0')}"
  Drive Index = 0; Auto Changer = yes; Label Media = yes
}
`,
      )
      await draft.edit('director.d/storage/File.conf', (text) =>
        text
          .replace(/(\n\s*)Device = .*/u, '$1Device = Robot$1Auto Changer = yes')
          .replace(/Media Type = .*/u, 'Media Type = Robot'),
      )
      await draft.edit('director.d/pool/Full.conf', (text) =>
        text
          .replace(/\n\s*Label Format = .*/u, '')
          .replace(/\}\s*$/u, '  Maximum Volume Jobs = 1\n  Action On Purge = Truncate\n}\n'),
      )
    })
  }, TIMEOUT_MS)
  afterAll(() => trial.close())

  it('labels by barcode, and moves what a Job needs into its drive', async () => {
    const { host } = trial
    const labelled = await host.console(['label barcodes storage=File pool=Full slots=1-2 yes'])
    expect(labelled).toContain('Catalog record for Volume "VT0001", Slot 1 successfully created.')
    expect(labelled).toContain('Catalog record for Volume "VT0002", Slot 2 successfully created.')

    const first = await trial.backUp()
    expect(first, first.log).toMatchObject({ status: 'T' })
    const second = await trial.backUp()
    expect(second, second.log).toMatchObject({ status: 'T' })
    const said = await host.console(['status storage=File', 'status storage=File slots'])
    expect(said).toContain('Slot 2 is loaded in drive 0.')
    expect(said).toMatch(/ {3}2\* \| +VT0002 \| +Used \| +Robot \| +Full \|/u)
    expect(await trial.restoreDifferences(first.jobId)).toEqual([])

    const volume = join(robot, 'slot1', 'VT0001')
    const { size } = await stat(volume)
    const purged = await host.console(['purge volume=VT0001 yes'])
    expect(purged).toContain("The volume 'VT0001' has been truncated.")
    expect((await stat(volume)).size).toBeLessThan(size / 10)
  })

  it('unmount keeps the drive from Jobs until it is mounted, and media can be moved', async () => {
    const { host } = trial
    expect(await host.console(['unmount storage=File drive=0'])).toContain('3002 Device')
    expect(await host.console(['status storage=File'])).toContain('Drive 0 is BLOCKED.')
    const third = await host.console(['run job=backup-coffer-fd level=Full yes'])
    expect(third).toContain('Job queued.')
    expect(await host.console(['mount storage=File drive=0', 'wait', 'list jobs last'])).toMatch(
      /backup-coffer-fd .*\| T /u,
    )
    await host.console(['release storage=File'])
    const moved = await host.console(['move storage=File srcslots=3 dstslots=2'])
    expect(moved).toContain('slot 2 is full')
  })
})
