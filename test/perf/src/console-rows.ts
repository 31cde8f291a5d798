// Rows that an operator waits for at the console.
import type { BackupSystem } from './backup-system.ts'
import { TWENTY } from './jobs.ts'
import type { Contender, Row, Stage } from './row.ts'

interface LatencyWork {
  readonly name: string
  readonly title: string
  readonly jobs: number
  readonly goalSeconds: number
}

/** Short runs are repeated: one alone says nothing. */
const REPEATS = 5

export function latencyRow({ name, title, jobs, goalSeconds }: LatencyWork): Row {
  return {
    name,
    title,
    goalSeconds,
    open: async ({ coffer, bacula }) => {
      const names = TWENTY.slice(0, jobs)
      const contender = async (
        system: BackupSystem,
        rest: Pick<Contender, 'name' | 'side'>,
      ): Promise<Contender> => {
        // Labels the Volume, connects, and fills what is kept.
        await system.backUp(names, 'Full')
        return {
          ...rest,
          run: async () => {
            const startMs = performance.now()
            for (let i = 0; i < REPEATS; i++) await system.backUp(names, 'Full')
            return (performance.now() - startMs) / 1000 / REPEATS
          },
        }
      }
      const contenders = [await contender(coffer, { name: 'Coffer', side: 'coffer' })]
      if (bacula !== undefined) {
        contenders.push(await contender(bacula, { name: 'Bacula', side: 'bacula' }))
      }
      return {
        contenders,
        notes: async () => [
          `each run is the mean of ${REPEATS}; CPU seconds are of all ${REPEATS}`,
        ],
      }
    },
  }
}

const LAST_DIRECTORY = { million: 'directory-9999', tenThousand: 'directory-99' }
const LAST_FILE = { million: 'file-999999', tenThousand: 'file-9999' }

/** The same work in a tree of a hundredth of the files says whether it depends on their number. */
export const treeRow: Row = {
  name: 'tree',
  title: 'First look at a restore tree: open, cd, ls',
  goalSeconds: 0.2,
  open: async (stage) => {
    const { coffer, bacula } = stage
    const contenders = [
      await browser(stage, coffer, { name: 'Coffer', side: 'coffer' }),
      {
        ...(await browser(
          stage,
          coffer,
          { name: 'Coffer, 10,000 files', side: 'coffer' },
          'tenThousand',
        )),
        goalRatio: 2,
      },
    ]
    if (bacula !== undefined) {
      contenders.push(await browser(stage, bacula, { name: 'Bacula', side: 'bacula' }))
    }
    return {
      size: '1,000,000 files',
      contenders,
      close: async () => {
        await coffer.dropVolumes()
        await bacula?.dropVolumes()
      },
    }
  },
}

async function browser(
  { data }: Stage,
  system: BackupSystem,
  rest: Pick<Contender, 'name' | 'side'>,
  tree: 'million' | 'tenThousand' = 'million',
): Promise<Contender> {
  const job = tree === 'million' ? 'million' : 'ten-thousand'
  const [jobId = 0] = await system.backUp([job], 'Full')
  const directory = `${data[tree]}/${LAST_DIRECTORY[tree]}`
  return { ...rest, run: () => system.browse(jobId, directory, LAST_FILE[tree]) }
}
