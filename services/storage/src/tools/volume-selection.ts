// Which Volumes a tool works on: files that are named, or Volumes of a directory or a configured Device.
import { readFile, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, resolve } from 'node:path'
import {
  type Bootstrap,
  bootstrapEntry,
  type Clock,
  CofferError,
  messageOf,
  parseBootstrap,
  PRODUCT,
  systemClock,
  volumesOf,
} from '@coffer/core'
import { requireConfig } from '@coffer/daemon'
import { loadStorageConfig } from '../config/load.ts'
import type { OpenVolume, ReadDevice } from '../device/device.ts'
import { makeDeviceTable } from '../device/device-table.ts'
import { FileDevice } from '../device/file-device.ts'
import { readLabel } from '../device/label-io.ts'
import { OpenVolumes } from '../device/open-volumes.ts'
import { findDevices } from '../device/reserve.ts'
import { VolumeFile } from '../device/volume-file.ts'
import { DEFAULT_BLOCK_BYTES } from '../volume/block.ts'
import type { VolumeLabel } from '../volume/label.ts'
import type { ToolIo } from './tool-io.ts'

export interface VolumeSelection {
  readonly devices: readonly [ReadDevice, ...ReadDevice[]]
  readonly bootstrap: Bootstrap
  /** In the order of reading. */
  readonly volumes: readonly string[]
}

export interface SelectionRequest {
  /** Volume files; or one directory, or one Device name, with `volumes` or a Bootstrap. */
  readonly names: readonly string[]
  /** "V1|V2". */
  readonly volumes: string | undefined
  readonly bootstrapPath: string | undefined
  readonly configPath: string | undefined
}

/** Where a configuration is looked for when none is named. */
const CONFIG_PATHS = ['/etc/coffer', '/etc/bareos']

/** Throws `tool-usage` when nothing, or not enough, is named, and what reading a configuration throws. */
export async function selectVolumes(
  request: SelectionRequest,
  io: ToolIo,
): Promise<VolumeSelection> {
  const [first] = request.names
  if (first === undefined) throw usage('name a Volume file, or a Device and its Volumes')
  const kind = await kindOf(first)
  const bootstrap = await loadBootstrap(request.bootstrapPath)
  if (kind === 'file') return selectFiles(request.names, bootstrap)
  const wanted = bootstrap ?? wholeVolumes((request.volumes ?? '').split('|'))
  const volumes = volumesOf(wanted)
  if (volumes.includes('')) throw usage(`name the Volumes of "${first}" with -V`)
  const devices =
    kind === 'directory'
      ? ([directoryDevice(first)] as const)
      : await configuredDevices(first, request.configPath, io)
  return { devices, bootstrap: wanted, volumes }
}

/** A Bootstrap that asks for everything on these Volumes. */
function wholeVolumes(volumes: readonly string[]): Bootstrap {
  return { entries: volumes.map((name) => bootstrapEntry({ volumes: [name] })) }
}

function selectFiles(paths: readonly string[], bootstrap: Bootstrap | undefined): VolumeSelection {
  const files = new Map(paths.map((path) => [basename(path), resolve(path)]))
  const wanted = bootstrap ?? wholeVolumes([...files.keys()])
  return { devices: [new PathDevice(files)], bootstrap: wanted, volumes: volumesOf(wanted) }
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'none'> {
  try {
    const found = await stat(path)
    return found.isDirectory() ? 'directory' : 'file'
  } catch {
    return 'none'
  }
}

async function loadBootstrap(path: string | undefined): Promise<Bootstrap | undefined> {
  if (path === undefined) return undefined
  try {
    return parseBootstrap(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof CofferError) throw error
    const text = `cannot read the Bootstrap "${path}": ${messageOf(error)}`
    throw new CofferError('tool-file', text, { cause: error })
  }
}

async function configuredDevices(
  name: string,
  configPath: string | undefined,
  io: ToolIo,
): Promise<readonly [ReadDevice, ...ReadDevice[]]> {
  const path = configPath ?? (await firstThere(CONFIG_PATHS))
  if (path === undefined) {
    throw usage(`"${name}" is no file; to name a Device, name its configuration with -c`)
  }
  const config = requireConfig(await loadStorageConfig(path, io.env))
  const table = makeDeviceTable({
    devices: config.devices,
    autochangers: config.autochangers,
    clock: io.clock ?? systemClock,
    daemon: config.storage.name,
    hostName: hostname(),
  })
  return findDevices(table, { name, mediaType: '', use: 'read' })
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if ((await kindOf(path)) !== 'none') return path
  }
  return undefined
}

/** A directory of Volume files without a configuration; new Volumes take after `like`. */
export function directoryDevice(
  directory: string,
  { clock = systemClock, label: like }: { clock?: Clock; label?: VolumeLabel } = {},
): FileDevice {
  const path = resolve(directory)
  const origin = {
    hostName: hostname(),
    program: 'coffer',
    version: PRODUCT.version,
    buildDate: PRODUCT.longDate,
  }
  return new FileDevice(
    {
      name: basename(path),
      mediaType: like?.mediaType ?? 'File',
      archiveDevice: path,
      blockBytes: DEFAULT_BLOCK_BYTES,
      hasChecksums: true,
      maxWriters: 0,
      accessMode: 'readwrite',
      isAutoSelected: true,
      mayLabel: true,
      family: like?.family ?? 'bareos',
    },
    { clock, openVolumes: new OpenVolumes(), origin },
  )
}

/** Volume files anywhere: what their labels name them does not matter. */
class PathDevice implements ReadDevice {
  readonly name: string
  readonly archiveDevice: string
  readonly #files: ReadonlyMap<string, string>

  constructor(files: ReadonlyMap<string, string>) {
    const [path = ''] = files.values()
    this.#files = files
    this.archiveDevice = dirname(path)
    this.name = basename(this.archiveDevice)
  }

  async openForReading(volumeName: string): Promise<OpenVolume> {
    const path = this.#files.get(volumeName) ?? resolve(this.archiveDevice, basename(volumeName))
    const file = await VolumeFile.openForReading(path)
    if (file === undefined) throw new CofferError('volume-missing', `there is no file "${path}"`)
    try {
      const label = (await readLabel(file))?.label
      if (label === undefined) {
        const text = `"${path}" does not begin with the label of a Volume`
        throw new CofferError('volume-label-invalid', text)
      }
      const endBytes = await file.sizeBytes()
      return { name: volumeName, label, source: file, endBytes, close: () => file.close() }
    } catch (error) {
      await file.close()
      throw error
    }
  }
}

function usage(text: string): CofferError {
  return new CofferError('tool-usage', text)
}
