// What damage on a Volume costs, in words.
import type { DamagedPlace } from '../device/block-reader.ts'
import type { SessionKey } from '../volume/block.ts'
import type { JoinFault, JoinProblem } from '../volume/record-joiner.ts'

const DAMAGE: Readonly<Record<DamagedPlace['reason'], string>> = {
  'cut-short': 'the Volume ends in the middle of a block',
  checksum: 'the checksum of a block does not hold',
  'no-block': 'there is no block',
}

const PROBLEM: Readonly<Record<JoinFault, string>> = {
  'block-missing': 'blocks are missing',
  'start-missing': 'the beginning is missing',
  'rest-missing': 'the rest is missing',
  'too-large': 'a record is larger than any may be',
}

export function damageText({
  volume,
  place,
}: {
  readonly volume: string
  readonly place: DamagedPlace
}): string {
  const { from, to, reason } = place
  return `Volume "${volume}" is damaged from address ${from} to ${to}: ${DAMAGE[reason]}`
}

export function problemText(step: {
  readonly volume: string
  readonly address: number
  readonly session: SessionKey
  readonly problem: JoinProblem
}): string {
  const { fromIndex, toIndex, reason } = step.problem
  const files = fromIndex === toIndex ? `file ${fromIndex}` : `files ${fromIndex} to ${toIndex}`
  const where = `Volume "${step.volume}" before address ${step.address}`
  return `${files} of session ${sessionText(step.session)} lost or incomplete, ${where}: ${PROBLEM[reason]}`
}

export function sessionText({ sessionId, sessionTime }: SessionKey): string {
  return `(${sessionId}, ${sessionTime})`
}
