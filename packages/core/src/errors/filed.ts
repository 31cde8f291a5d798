// Errors of the area "filed". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const filedErrors = {
  'attributes-damaged': {
    meaning: 'The attribute record of a file cannot be read.',
    scope: 'item',
    retry: 'never',
    jobStatus: 'W',
    exitCode: 1,
    rpcStatus: 'DATA_LOSS',
    hint: 'The Volume is damaged here; the file is left out. Restore it from another Job or a copy.',
  },
  'relocation-invalid': {
    meaning: 'The text that says where restored files go cannot be understood.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Write it as !search!replacement!, several of them with commas between.',
  },
  'payload-damaged': {
    meaning:
      'What a record carries for a file (compressed data, attributes, a list) cannot be read.',
    scope: 'item',
    retry: 'never',
    jobStatus: 'W',
    exitCode: 1,
    rpcStatus: 'DATA_LOSS',
    hint: 'The Volume is damaged here, or another program wrote something that is not known. The other files are not touched.',
  },
  'compression-unavailable': {
    meaning: 'A compression that a FileSet or a Volume asks for does not exist on this machine.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'FAILED_PRECONDITION',
    hint: 'Install libzstd on that machine, or use node 22.15 or newer.',
  },
  'path-refused': {
    meaning:
      'A restored file would be written through a symbolic link or out of the directory meant for it.',
    scope: 'item',
    retry: 'never',
    jobStatus: 'W',
    exitCode: 1,
    rpcStatus: 'FAILED_PRECONDITION',
    hint: 'Restore into an empty directory, or remove the link that stands in the way.',
  },
  'fileset-invalid': {
    meaning: 'A pattern of a FileSet cannot be understood.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Correct the regular expression in the FileSet that the Job uses.',
  },
  'fileset-list-unreadable': {
    meaning: 'A list of files that a FileSet names on the client cannot be had.',
    scope: 'job',
    retry: 'later',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'FAILED_PRECONDITION',
    hint: 'Make the file readable for the file daemon, or the command end with exit code 0.',
  },
  'disk-full': {
    meaning: 'The disk, or the quota of the user, has no room for the files that are restored.',
    scope: 'job',
    retry: 'later',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'RESOURCE_EXHAUSTED',
    hint: 'Make room, or restore to another place; what was restored so far is complete.',
  },
  'known-list-failed': {
    meaning:
      'The file daemon cannot keep the list of files that an accurate or Verify Job compares with.',
    scope: 'job',
    retry: 'later',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'RESOURCE_EXHAUSTED',
    hint: 'Make room in the Working Directory of the file daemon: about 200 bytes for each file of the Client.',
  },
} as const satisfies Record<string, ErrorEntry>
