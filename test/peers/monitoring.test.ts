// Monitoring systems hear of every Job: NSCA's own daemon, Nagios 4 and Icinga 2 show what became of it.
import { systemClock } from '@coffer/core'
import {
  absentPeers,
  ICINGA2_PEERS,
  type Icinga2,
  type Monitor,
  NAGIOS_PEERS,
  type Nsca,
  NSCA_PEERS,
  queuedJobIds,
  startIcinga2,
  startNagios,
  startNsca,
  Trial,
  until,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENDED_JOB } from '../../services/director/src/plugin/ended-job.contract.ts'
import { reportEnd } from '../../services/director/src/plugin/report-end.ts'

const isRoot = process.getuid?.() === 0
const whyNoNsca = absentPeers(...NSCA_PEERS)
const whyNoMonitors =
  absentPeers(...NSCA_PEERS, ...NAGIOS_PEERS, ...ICINGA2_PEERS) ??
  (isRoot ? undefined : 'Nagios and Icinga change to a user of their own, which needs root')

async function send(definition: string): Promise<string[]> {
  const warnings: string[] = []
  await reportEnd([definition], ENDED_JOB, {
    clock: systemClock,
    warn: async (text) => {
      warnings.push(text)
      return Promise.resolve()
    },
  })
  return warnings
}

describe.skipIf(whyNoNsca)('NSCA', { meta: { skipReason: whyNoNsca } }, () => {
  test.each([0, 1, 2, 3, 14])('encryption method %i, both sizes of packets', async (method) => {
    const nsca = await startNsca({ method, password: 'a p4ssword: longer than a key of 32 bytes' })
    try {
      const definition =
        `nsca:monitorHost=127.0.0.1:monitorPort=${nsca.port}:checkHost=h:checkService=s` +
        `:encryption=${method}:password=a p4ssword\\: longer than a key of 32 bytes`
      expect(await send(definition)).toEqual([])
      expect(await send(`${definition}:packetSize=720`)).toEqual([])
      const line =
        'PROCESS_SERVICE_CHECK_RESULT;h;s;0;OK: Bareos job nightly.2026-11-21_21.05.00_07 on host-fd ' +
        'with id 7 level F, 0 errors, 1000 jobBytes, 5 files terminated with status T|Errors=0;;;; ' +
        'Bytes=1000;;;; Files=5;;;; Throughput=100B/s;;;; jobRuntime=10s;;;; jobTotalTime=15s;;;;'
      await expect.poll(() => nsca.lines(), { timeout: 10_000 }).toEqual([line, line])
    } finally {
      await nsca.close()
    }
  })

  test('a wrong password is dropped by the daemon', async () => {
    const nsca = await startNsca({ method: 14, password: 'right' })
    try {
      const start = `nsca:monitorHost=127.0.0.1:monitorPort=${nsca.port}:encryption=14`
      expect(await send(`${start}:checkService=dropped:password=wrong`)).toEqual([])
      expect(await send(`${start}:checkService=kept:password=right`)).toEqual([])
      const services = async () => (await nsca.lines()).map((line) => line.split(';')[2])
      await expect.poll(services, { timeout: 10_000 }).toEqual(['kept'])
    } finally {
      await nsca.close()
    }
  })
})

describe.skipIf(whyNoMonitors)(
  'Jobs of real daemons',
  { meta: { skipReason: whyNoMonitors } },
  () => {
    let nagios: Monitor
    let nsca: Nsca
    let icinga: Icinga2
    let trial: Trial

    beforeAll(async () => {
      nagios = await startNagios('my_bareosFD', ['bareos_backup'])
      nsca = await startNsca({ method: 1, password: '', commandFile: nagios.commandFile })
      icinga = await startIcinga2('my_bareosFD', ['bareos_backup'])
      trial = await Trial.start('monitoring', async (draft) => {
        await draft.edit('director.d/jobdefs/DefaultJob.conf', (text) =>
          text.replace('JobDefs {', `JobDefs {\n${pluginOptions()}`),
        )
        await draft.edit(
          'director.d/job/failing.conf',
          () => 'Job { Name = failing\n JobDefs = DefaultJob\n Run Before Job = /bin/false }\n',
        )
        await draft.edit(
          'director.d/fileset/Incomplete.conf',
          () =>
            'FileSet { Name = Incomplete\n Include { File = /etc/hostname\n File = /no/such/file\n } }\n',
        )
      })
    }, 180_000)

    // In the order of their starts: what did not start leaves the later ones undefined.
    afterAll(async () => {
      const started: readonly ({ close(): Promise<void> } | undefined)[] = [
        nagios,
        nsca,
        icinga,
        trial,
      ]
      for (const one of started) await one?.close()
    })

    /** The NSCA sender as the slides write it, and the others beside it. */
    function pluginOptions(): string {
      const { url, caFile, user, password } = icinga
      const sender = `python:module_path=/usr/lib64/bareos/plugins:
        module_name=bareos-dir-nsca-sender:monitorHost=127.0.0.1:monitorPort=${nsca.port}:
        checkHost=my_bareosFD:checkService=bareos_backup`
      const icinga2 =
        `icinga2:url=${url.replaceAll(':', '\\:')}:caFile=${caFile}:username=${user}:password=${password}` +
        ':checkHost=my_bareosFD:checkService=bareos_backup'
      const nobody = 'graphite:collectorHost=127.0.0.1:collectorPort=1'
      return [sender, icinga2, nobody]
        .map((text) => `  DIR Plugin Options = "${text.replaceAll('\\', '\\\\')}"\n`)
        .join('')
    }

    async function shown(text: RegExp, state: number): Promise<void> {
      for (const monitor of [nagios, icinga]) {
        const service = await until(`${text.source} in the monitoring system`, async () => {
          const found = await monitor.service('bareos_backup')
          return text.test(found.output) ? found : undefined
        })
        expect(service.state).toBe(state)
        expect(service.performance).toMatch(/Errors=\d+;;;;.*jobTotalTime=\d+s;;;;/u)
      }
    }

    test('one that ends well; a sender that reaches nobody is a warning and changes nothing', async () => {
      const { jobId, status, log } = await trial.backUp()
      expect(status).toBe('T')
      await shown(new RegExp(`^OK: Bareos job .* with id ${jobId} level F, 0 errors`, 'u'), 0)
      expect(log).toMatch(
        /Could not report the end of the Job to Graphite at "127.0.0.1:1": .*ECONNREFUSED/u,
      )
    })

    test('one that fails', async () => {
      const jobId = await runToEnd('run job=failing yes')
      await shown(new RegExp(`^CRITICAL: .* with id ${jobId} .* status f$`, 'u'), 2)
    })

    test('one that is canceled', async () => {
      const jobId = await trial.startLongBackup()
      await trial.host.console([`cancel jobid=${jobId} yes`, `wait jobid=${jobId}`])
      await shown(new RegExp(`^WARNING: .* with id ${jobId} .* status A CANCELED$`, 'u'), 1)
    })

    test('one that ends with warnings', async () => {
      const jobId = await runToEnd('run job=backup-coffer-fd level=Full fileset=Incomplete yes')
      await shown(new RegExp(`^WARNING: .* with id ${jobId} .* status W$`, 'u'), 1)
    })

    async function runToEnd(command: string): Promise<number> {
      const said = await trial.host.console([command, 'wait'])
      const [jobId] = queuedJobIds(said)
      if (jobId === undefined) throw new Error(`no Job was queued:\n${said}`)
      return jobId
    }
  },
)
