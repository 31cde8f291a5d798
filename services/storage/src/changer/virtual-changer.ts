// `coffer changer`: an autochanger made of directories, with the interface of mtx-changer.
//
// The changer device is a directory. `slot1`, `slot2`, … are its slots, `import7`, … its import/export slots, numbered on;
// a medium is what is in them: a file `.barcode`, and the Volume once it is labelled. A drive is a symbolic link, the
// Archive Device of a Device, to the slot whose medium is in it; `drive0`, … in the directory keep which that is.
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { messageOf } from '@coffer/core'
import type { ToolIo } from '../tools/tool-io.ts'

const USAGE = `Usage: coffer changer DIRECTORY create SLOTS [BARCODE-PREFIX]
       coffer changer DIRECTORY load|unload|loaded SLOT ARCHIVE-DEVICE DRIVE
       coffer changer DIRECTORY list|listall|slots
       coffer changer DIRECTORY transfer SLOT TO-SLOT

An autochanger made of directories. In the Autochanger resource of the storage daemon:
  Changer Device = DIRECTORY; Changer Command = "coffer changer %c %o %S %a %d"
`

interface Words {
  readonly directory: string
  readonly operation: string
  readonly slot: number
  /** Archive device, or the slot that a transfer goes to. */
  readonly target: string
  readonly drive: number
}

/** Runs one operation; resolves with the exit code: 0, 1 when it cannot be done, 41 for what is no operation. */
export async function runChanger(argv: readonly string[], io: ToolIo): Promise<number> {
  const [directory, operation = '', slot = '0', target = '', drive = '0'] = argv
  const action = OPERATIONS[operation]
  if (directory === undefined || action === undefined || !/^\d{1,6}$/u.test(slot)) {
    io.stderr.write(USAGE)
    return directory === '--help' ? 0 : 41
  }
  try {
    const words = { directory, operation, slot: Number(slot), target, drive: Number(drive) }
    io.stdout.write(await action(words))
    return 0
  } catch (error) {
    io.stderr.write(`${messageOf(error)}\n`)
    return 1
  }
}

const OPERATIONS: Readonly<Record<string, ((words: Words) => Promise<string>) | undefined>> = {
  create,
  load,
  unload,
  loaded: async ({ directory, drive }) => `${await loadedSlot(directory, drive)}\n`,
  list,
  listall: listAll,
  slots: async ({ directory }) => `${(await placesOf(directory)).length}\n`,
  transfer,
}

async function create({ directory, slot: count, target: prefix }: Words): Promise<string> {
  for (let number = 1; number <= count; number++) {
    const place = join(directory, `slot${number}`)
    await mkdir(place, { recursive: true, mode: 0o750 })
    const barcode = `${prefix === '' ? 'VC' : prefix}${String(number).padStart(4, '0')}`
    await writeFile(join(place, BARCODE), `${barcode}\n`, { flag: 'wx' }).catch(ignoreExisting)
  }
  return ''
}

async function load({ directory, slot, target, drive }: Words): Promise<string> {
  const inDrive = await loadedSlot(directory, drive)
  if (inDrive === slot) return ''
  if (inDrive !== 0) throw new Error(`drive ${drive} holds the medium of slot ${inDrive}`)
  const place = (await placesOf(directory)).find(({ number }) => number === slot)
  if (place === undefined) throw new Error(`there is no slot ${slot}`)
  const loaded = await loadedSlots(directory)
  if ([...loaded.values()].includes(slot)) throw new Error(`slot ${slot} is in another drive`)
  if ((await mediumIn(place)) === undefined) throw new Error(`slot ${slot} is empty`)
  await rm(target, { force: true })
  await symlink(resolve(place.path), target)
  await writeFile(join(directory, `drive${drive}`), `${slot}\n`)
  return ''
}

async function unload({ directory, slot, target, drive }: Words): Promise<string> {
  const inDrive = await loadedSlot(directory, drive)
  if (inDrive === 0) return ''
  if (inDrive !== slot) throw new Error(`drive ${drive} holds the medium of slot ${inDrive}`)
  await rm(target, { force: true })
  await rm(join(directory, `drive${drive}`), { force: true })
  return ''
}

async function list({ directory }: Words): Promise<string> {
  const lines = []
  for (const place of await placesOf(directory)) {
    const medium = await mediumIn(place)
    if (medium !== undefined) lines.push(`${place.number}:${medium}\n`)
  }
  return lines.join('')
}

async function listAll({ directory }: Words): Promise<string> {
  const loaded = await loadedSlots(directory)
  const places = await placesOf(directory)
  const lines: string[] = []
  for (const [drive, slot] of loaded) {
    const place = places.find(({ number }) => number === slot)
    const barcode = place === undefined ? '' : ((await mediumIn(place)) ?? '')
    lines.push(`D:${drive}:F:${slot}:${barcode}\n`)
  }
  for (const place of places) {
    const isOut = [...loaded.values()].includes(place.number)
    const medium = isOut ? undefined : await mediumIn(place)
    const letter = place.isImport ? 'I' : 'S'
    lines.push(`${letter}:${place.number}:${medium === undefined ? 'E' : `F:${medium}`}\n`)
  }
  return lines.join('')
}

/** The two slots change their directories: what was in the other one comes back. */
async function transfer({ directory, slot, target }: Words): Promise<string> {
  const places = await placesOf(directory)
  const from = places.find(({ number }) => number === slot)
  const to = places.find(({ number }) => number === Number(target))
  if (from === undefined || to === undefined)
    throw new Error(`there is no slot ${slot} or ${target}`)
  const loaded = [...(await loadedSlots(directory)).values()]
  if (loaded.includes(from.number) || loaded.includes(to.number)) {
    throw new Error('a medium in a drive cannot be moved')
  }
  if ((await mediumIn(from)) === undefined) throw new Error(`slot ${slot} is empty`)
  if ((await mediumIn(to)) !== undefined) throw new Error(`slot ${target} is full`)
  const aside = join(directory, 'moving')
  await rename(to.path, aside)
  await rename(from.path, to.path)
  await rename(aside, from.path)
  return ''
}

interface Place {
  readonly number: number
  readonly isImport: boolean
  readonly path: string
}

async function placesOf(directory: string): Promise<Place[]> {
  const names = await readdir(directory)
  const places = names.flatMap((name) => {
    const [, kind, number] = /^(slot|import)(\d{1,6})$/u.exec(name) ?? []
    const path = join(directory, name)
    return number === undefined
      ? []
      : [{ number: Number(number), isImport: kind === 'import', path }]
  })
  return places.sort((a, b) => a.number - b.number)
}

/** By drive. */
async function loadedSlots(directory: string): Promise<ReadonlyMap<number, number>> {
  const loaded = new Map<number, number>()
  for (const name of (await readdir(directory)).sort()) {
    const [, drive] = /^drive(\d{1,6})$/u.exec(name) ?? []
    if (drive !== undefined) loaded.set(Number(drive), await loadedSlot(directory, Number(drive)))
  }
  return loaded
}

async function loadedSlot(directory: string, drive: number): Promise<number> {
  const text = await readFile(join(directory, `drive${drive}`), 'utf8').catch(missing)
  return text === undefined ? 0 : Number(text.trim())
}

/** The barcode of what is in a slot: as it stands on the medium, else the name of its Volume, else ''. Undefined: none. */
async function mediumIn({ path }: Place): Promise<string | undefined> {
  const barcode = await readFile(join(path, BARCODE), 'utf8').catch(missing)
  if (barcode !== undefined) return barcode.trim()
  const names = await readdir(path)
  return names.find((name) => !name.startsWith('.')) ?? (names.length > 0 ? '' : undefined)
}

const BARCODE = '.barcode'

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
