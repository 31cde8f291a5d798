// Rows that move data: backups, incrementals, restores.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '@coffer/test-kit'
import type { BackupSystem } from './backup-system.ts'
import type { Contender, Row, Stage } from './row.ts'

type Tree = 'big' | 'small' | 'usr' | 'text'

interface FullWork {
  readonly name: string
  readonly title: string
  readonly tree: Tree
  /** Of Coffer; XXH128 alone when not given. */
  readonly ours?: string
  readonly theirs?: readonly {
    readonly job: string
    readonly name: string
    readonly goalRatio: number
  }[]
  /** Against Bacula's Job of the same name. */
  readonly goalRatio?: number
  readonly compression?: 'off' | 'auto'
}

/** Fulls, each into a Volume of its own that goes away afterwards. */
export function fullRow(work: FullWork): Row {
  const { name, title, tree, compression = 'off' } = work
  const theirs = work.theirs ?? [
    {
      job: name,
      name: 'MD5',
      ...(work.goalRatio === undefined ? {} : { goalRatio: work.goalRatio }),
    },
  ]
  return {
    name,
    title,
    open: async (stage) => ({
      size: await warmUp(stage.data[tree]),
      contenders: [
        fullOf(stage.coffer, {
          side: 'coffer',
          name: `Coffer ${work.ours ?? 'XXH128'}`,
          job: name,
        }),
        ...theirs
          .map(({ job, name: label, ...goal }) =>
            stage.bacula === undefined
              ? []
              : [fullOf(stage.bacula, { side: 'bacula', name: `Bacula ${label}`, job, ...goal })],
          )
          .flat(),
        ...resticFull(stage, stage.data[tree], compression),
      ],
    }),
  }
}

interface FullOf {
  readonly side: 'coffer' | 'bacula'
  readonly name: string
  readonly job: string
  readonly goalRatio?: number
}

function fullOf(system: BackupSystem, { job, ...contender }: FullOf): Contender {
  return {
    ...contender,
    run: async () => {
      await system.backUp([job], 'Full')
      return undefined
    },
    clean: async () => {
      await system.dropVolumes()
      await settle()
    },
  }
}

function resticFull({ restic }: Stage, tree: string, compression: 'off' | 'auto'): Contender[] {
  if (restic === undefined) return []
  return [
    {
      name: compression === 'off' ? 'restic' : 'restic auto (zstd)',
      side: 'children',
      prepare: () => restic.renew(),
      run: async () => {
        await restic.backUp(tree, compression)
        return undefined
      },
      clean: async () => {
        await restic.drop()
        await settle()
      },
    },
  ]
}

const INCREMENTAL_TREE = 'small'

export const incrementalRow: Row = {
  name: 'incremental',
  title: 'Incremental, none changed',
  open: async ({ coffer, bacula, restic, data }) => {
    const tree = data[INCREMENTAL_TREE]
    const systems = [coffer, ...(bacula === undefined ? [] : [bacula])]
    for (const system of systems) await system.backUp([INCREMENTAL_TREE], 'Full')
    await restic?.renew()
    await restic?.backUp(tree, 'off')
    const incrementalOf = (system: BackupSystem) => async (): Promise<undefined> => {
      await system.backUp([INCREMENTAL_TREE], 'Incremental')
    }
    const contenders: Contender[] = [
      { name: 'Coffer XXH128', side: 'coffer', run: incrementalOf(coffer) },
    ]
    if (bacula !== undefined) {
      contenders.push({
        name: 'Bacula MD5',
        side: 'bacula',
        goalRatio: 0.5,
        run: incrementalOf(bacula),
      })
    }
    if (restic !== undefined) {
      contenders.push({
        name: 'restic',
        side: 'children',
        run: async () => {
          await restic.backUp(tree, 'off')
          return undefined
        },
      })
    }
    return {
      size: await warmUp(tree),
      contenders,
      close: async () => {
        for (const system of systems) await system.dropVolumes()
        await restic?.drop()
        await settle()
      },
    }
  },
}

interface RestoreWork {
  readonly name: string
  readonly tree: 'big' | 'small'
  readonly goalRatio: number
}

/** Restores of one Full each; the first result of each contender is compared with the source, byte by byte. */
export function restoreRow({ name, tree, goalRatio }: RestoreWork): Row {
  return {
    name,
    title: 'Restore, digests verified',
    open: async ({ coffer, bacula, restic, data, directory }) => {
      const source = data[tree]
      const where = join(directory, 'restored')
      const contender = async (
        system: BackupSystem,
        rest: Pick<Contender, 'name' | 'side' | 'goalRatio'>,
      ): Promise<Contender> => {
        const [jobId = 0] = await system.backUp([tree], 'Full')
        const restore = () => system.restore(jobId, where)
        return { ...rest, ...restored(restore, { source, where }) }
      }
      const contenders = [await contender(coffer, { name: 'Coffer XXH128', side: 'coffer' })]
      if (bacula !== undefined) {
        contenders.push(await contender(bacula, { name: 'Bacula MD5', side: 'bacula', goalRatio }))
      }
      if (restic !== undefined) {
        await restic.renew()
        await restic.backUp(source, 'off')
        const restore = () => restic.restore(where)
        contenders.push({
          name: 'restic',
          side: 'children',
          ...restored(restore, { source, where }),
        })
      }
      return {
        size: await warmUp(source),
        contenders,
        close: async () => {
          await coffer.dropVolumes()
          await bacula?.dropVolumes()
          await restic?.drop()
          await settle()
        },
      }
    },
  }
}

function restored(
  restore: () => Promise<void>,
  { source, where }: { readonly source: string; readonly where: string },
): Pick<Contender, 'run' | 'clean'> {
  let isCompared = false
  return {
    run: async () => {
      await restore()
      return undefined
    },
    clean: async () => {
      if (!isCompared) {
        const compared = await run(['diff', '-rq', '--no-dereference', source, join(where, source)])
        if (compared.exitCode !== 0) {
          throw new Error(`the restore differs: ${compared.stdout.slice(0, 500)}${compared.stderr}`)
        }
      }
      isCompared = true
      await rm(where, { recursive: true, force: true })
      await settle()
    },
  }
}

/** Reads a tree once, so that every run finds it in memory; what it is, counted. */
async function warmUp(tree: string): Promise<string> {
  const read = await run(
    [
      'sh',
      '-c',
      'find "$1" -xdev -type f -print0 | xargs -0 cat | wc -c; find "$1" -xdev -printf . | wc -c',
      'sh',
      tree,
    ],
    { timeoutMs: 600_000 },
  )
  const [bytes = 0, entries = 0] = read.stdout.split('\n').map(Number)
  return `${entries.toLocaleString('en')} entries, ${(bytes / 1e9).toFixed(2)} GB`
}

/** Lets the disk catch up, so that one run does not pay for what the one before it wrote. */
async function settle(): Promise<void> {
  await run(['sync'], { timeoutMs: 600_000 })
}
