import { expect, test } from 'vitest'
import { decideDuplicate, type Duplicate, type DuplicateRules } from './duplicates.ts'

const strict: DuplicateRules = {
  allowDuplicateJobs: false,
  cancelLowerLevelDuplicates: false,
  cancelQueuedDuplicates: false,
  cancelRunningDuplicates: false,
  duplicateJobProximity: 0,
}
const nowMs = 1_000_000
const queued = (jobId: number, level: Duplicate['level'] = 'F'): Duplicate => ({
  jobId,
  level,
  startMs: undefined,
})
const running = (jobId: number, level: Duplicate['level'] = 'F', startMs = nowMs): Duplicate => ({
  jobId,
  level,
  startMs,
})

test.each<
  [string, Duplicate['level'], Duplicate[], Partial<DuplicateRules>, number[], number | undefined]
>([
  ['no other Job', 'F', [], {}, [], undefined],
  ['duplicates are allowed', 'F', [running(1)], { allowDuplicateJobs: true }, [], undefined],
  ['one runs', 'F', [running(1)], {}, [], 1],
  ['one waits', 'F', [queued(1)], {}, [], 1],
  [
    'queued ones go',
    'F',
    [queued(1), queued(2)],
    { cancelQueuedDuplicates: true },
    [1, 2],
    undefined,
  ],
  [
    'queued ones go, running ones stay',
    'F',
    [running(1), queued(2)],
    { cancelQueuedDuplicates: true },
    [],
    1,
  ],
  [
    'who is refused cancels nobody',
    'F',
    [queued(1), running(2)],
    { cancelQueuedDuplicates: true },
    [],
    2,
  ],
  ['running ones go', 'F', [running(1)], { cancelRunningDuplicates: true }, [1], undefined],
  [
    'a lower level goes',
    'F',
    [running(1, 'I')],
    { cancelLowerLevelDuplicates: true },
    [1],
    undefined,
  ],
  [
    'a Differential goes for a Full',
    'F',
    [running(1, 'D')],
    { cancelLowerLevelDuplicates: true },
    [1],
    undefined,
  ],
  [
    'a lower level does not come',
    'I',
    [running(1, 'F')],
    { cancelLowerLevelDuplicates: true },
    [],
    1,
  ],
  [
    'a lower level does not come, whatever else goes',
    'I',
    [queued(1, 'D')],
    {
      cancelLowerLevelDuplicates: true,
      cancelQueuedDuplicates: true,
      cancelRunningDuplicates: true,
    },
    [],
    1,
  ],
  ['the same level', 'I', [running(1, 'I')], { cancelLowerLevelDuplicates: true }, [], 1],
  [
    'the same level, queued',
    'I',
    [queued(1, 'I')],
    { cancelLowerLevelDuplicates: true, cancelQueuedDuplicates: true },
    [1],
    undefined,
  ],
  [
    'a VirtualFull is no lower than a Full',
    'f',
    [running(1, 'F')],
    { cancelLowerLevelDuplicates: true },
    [],
    1,
  ],
  [
    'one that started long ago',
    'F',
    [running(1, 'F', nowMs - 60_001)],
    { duplicateJobProximity: 60 },
    [],
    undefined,
  ],
  [
    'one that started lately',
    'F',
    [running(1, 'F', nowMs - 60_000)],
    { duplicateJobProximity: 60 },
    [],
    1,
  ],
])('%s', (...[, level, others, rules, cancel, refusedFor]) => {
  const decision = decideDuplicate(level, others, { ...strict, ...rules }, nowMs)
  expect(decision).toEqual({ cancel, refusedFor })
})
