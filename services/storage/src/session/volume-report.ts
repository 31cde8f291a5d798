// Volumes between the Director's words and ours.
import type { Volume, VolumeInit } from '@coffer/wire'
import type { AppendVolume, VolumeOffer } from '../device/device.ts'
import { splitAddress } from './extents.ts'

/** A Volume that the Director offers. */
export function offerFrom(volume: Volume): VolumeOffer {
  const { name, status, bytes, pool, poolType, maxBytes, blocks, jobs } = volume
  const { mounts, errors, writes, firstWrittenMs, slot } = volume
  return {
    name,
    slot,
    status,
    bytes,
    pool,
    poolType,
    maxBytes,
    blocks,
    jobs,
    mounts,
    errors,
    writes,
    firstWrittenMs,
  }
}

/** What the Catalog shall know of a Volume: its size is what a crash cannot take. */
export function volumeReport(volume: AppendVolume): VolumeInit {
  const { facts, durableBytes } = volume
  const end = splitAddress(durableBytes - 1)
  return {
    name: volume.name,
    status: facts.status,
    bytes: durableBytes,
    jobs: facts.jobs,
    files: end.file,
    blocks: facts.blocks,
    mounts: facts.mounts,
    errors: facts.errors,
    writes: facts.writes,
    firstWrittenMs: facts.firstWrittenMs,
    lastWrittenMs: facts.lastWrittenMs,
    labelled: true,
    labelMs: facts.labelMs,
    endFile: end.file,
    endBlock: end.block,
  }
}
