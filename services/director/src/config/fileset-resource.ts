// The FileSet resource: which files are backed up, and how.
import { blocks, resourceType, type ResourceOf, type ValuesOf } from '@coffer/core'
import { count, keyword, name, text, texts, yesNo } from '@coffer/core/directives'
import { compression, sizeMatch, type SizeMatch } from './fileset-values.ts'

const patternRows = {
  Wild: texts({ about: 'Wildcard pattern for files and folders.' }),
  'Wild Dir': texts({ about: 'Wildcard pattern for folders.' }),
  'Wild File': texts({ about: 'Wildcard pattern for files.' }),
  Regex: texts({ about: 'Regular expression for files and folders.' }),
  'Regex Dir': texts({ about: 'Regular expression for folders.' }),
  'Regex File': texts({ about: 'Regular expression for files.' }),
} as const

const inactiveFlag = (about: string) =>
  yesNo({ default: false, status: 'inactive', inert: false, about })

const optionsRows = {
  Signature: keyword(
    { None: '', MD5: 'MD5', SHA1: 'SHA1', SHA256: 'SHA256', SHA512: 'SHA512', XXH128: 'XXH128' },
    { default: '', quoted: true, about: 'Digest that is kept of each file.' },
  ),
  Compression: compression({
    about: 'GZIP or GZIP1 to GZIP9, LZ4, LZ4HC, LZO, LZFAST; ours ZSTD or ZSTD1 to ZSTD19.',
  }),
  'Base Job': text({ status: 'deprecated', about: 'What base Jobs compared.' }),
  Accurate: text({ default: '', about: 'Letters of what an accurate Job compares.' }),
  Verify: text({ default: '', about: 'Letters of what a Verify Job compares.' }),
  'One FS': yesNo({ default: true, about: 'Stay within the file system of the named path.' }),
  Recurse: yesNo({ default: true, about: 'Go down into folders.' }),
  Sparse: yesNo({ default: false, about: 'Leave out blocks of zeros.' }),
  'Hard Links': yesNo({
    default: false,
    shown: true,
    about: 'Keep files with several names once, with links.',
  }),
  'Read Fifo': yesNo({ default: false, about: 'Back up what comes out of a fifo.' }),
  Replace: keyword(
    { Always: 'always', IfNewer: 'ifnewer', IfOlder: 'ifolder', Never: 'never' },
    { status: 'inactive', about: 'Whether a restore replaces a file.' },
  ),
  Portable: inactiveFlag('Store Windows files in a form that other systems read.'),
  'Mtime Only': yesNo({ default: false, about: 'Take only the time of modification as a change.' }),
  'Keep Atime': yesNo({ default: false, about: 'Set the time of access back after reading.' }),
  Exclude: yesNo({ default: false, about: 'What fits is left out.' }),
  'ACL Support': yesNo({ default: true, shown: true, about: 'Keep access control lists.' }),
  'Xattr Support': yesNo({ default: true, shown: true, about: 'Keep extended attributes.' }),
  'Ignore Case': yesNo({ default: false, about: 'Patterns do not regard case.' }),
  'Hfs Plus Support': inactiveFlag('Keep resource forks.'),
  'No Atime': yesNo({ default: false, about: 'Read without changing the time of access.' }),
  'Enhanced Wild': inactiveFlag('Wildcards with more signs.'),
  'Check File Changes': yesNo({
    default: false,
    about: 'Report files that change while they are read.',
  }),
  'Strip Path': count({ default: 0, about: 'Leading parts that are left out of names.' }),
  'Honor No Dump': yesNo({
    default: false,
    aliases: ['Honor No Dump Flag'],
    shownAs: 'HonorNoDumpFlag',
    about: 'Leave out files with the nodump flag.',
  }),
  Size: sizeMatch({ about: 'Sizes that fit: `<10g`, `>1m`, `1m-10m`, or about `10g`.' }),
  Shadowing: keyword(
    {
      None: '',
      LocalWarn: 'localwarn',
      LocalRemove: 'localremove',
      GlobalWarn: 'globalwarn',
      GlobalRemove: 'globalremove',
    },
    {
      default: '',
      status: 'inactive',
      inert: '',
      about: 'What to do about paths that are included twice.',
    },
  ),
  'Auto Exclude': yesNo({
    default: true,
    status: 'inactive',
    inert: true,
    about: 'Leave out what Windows says not to back up.',
  }),
  'Force Encryption': yesNo({
    default: false,
    about: 'Fail rather than store without encryption.',
  }),
  Meta: texts({ status: 'inactive', about: 'Settings of NDMP.' }),
  Cipher: keyword(
    {
      Blowfish: 'blowfish',
      '3DES': '3des',
      AES128: 'aes128',
      AES192: 'aes192',
      AES256: 'aes256',
      AES256GCM: 'aes256gcm',
      Camellia128: 'camellia128',
      Camellia192: 'camellia192',
      Camellia256: 'camellia256',
      AES128HMACSHA1: 'aes128hmacsha1',
      AES256HMACSHA1: 'aes256hmacsha1',
    },
    {
      default: '',
      aliases: ['Encryption Cipher'],
      about: 'Cipher of the content where the client encrypts; its own PKI Cipher by default.',
    },
  ),
  ...patternRows,
  'FS Type': texts({ about: 'File systems that fit.' }),
  'Drive Type': texts({ status: 'inactive', about: 'Windows drives that fit.' }),
  Plugin: texts({ status: 'inactive', about: 'Plugin that handles what fits.' }),
  Reader: text({ status: 'deprecated', about: 'Program that reads files.' }),
  Writer: text({ status: 'deprecated', about: 'Program that writes files.' }),
} as const

const includeRows = {
  Options: blocks('Options', optionsRows, {
    about: 'How to treat what fits; the first block that fits decides.',
  }),
  File: texts({
    about:
      'Path; `<file` and `|command` give lists from the Director, `\\\\<file` and `\\\\|command` from the client.',
  }),
  Plugin: texts({ status: 'inactive', about: 'Plugin that delivers files.' }),
  'Exclude Dir Containing': texts({ about: 'Folders that hold a file of this name are left out.' }),
} as const

export const fileSetType = resourceType({
  name: 'FileSet',
  about: 'Which files are backed up, and how.',
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    Include: blocks('Include', includeRows, { about: 'What to back up.' }),
    Exclude: blocks('Exclude', includeRows, {
      about: 'What to leave out; only its File directives count.',
    }),
    'Ignore FileSet Changes': yesNo({
      default: false,
      about: 'Do not begin anew with a Full when it is changed.',
    }),
    'Enable Vss': yesNo({
      default: true,
      status: 'inactive',
      inert: true,
      about: 'Use Windows snapshots.',
    }),
  },
})

/** One Options block, as a file daemon wants to know it. */
export interface FileSetOptions {
  /** '' for none. */
  readonly signature: '' | 'MD5' | 'SHA1' | 'SHA256' | 'SHA512' | 'XXH128'
  /** '' for none, else GZIP, LZ4, LZ4HC, LZO, LZFAST or ZSTD. */
  readonly compression: string
  /** 0 where the algorithm has no levels. */
  readonly compressionLevel: number
  readonly oneFs: boolean
  readonly recurse: boolean
  readonly sparse: boolean
  readonly hardLinks: boolean
  readonly noAtime: boolean
  readonly keepAtime: boolean
  readonly mtimeOnly: boolean
  readonly checkFileChanges: boolean
  readonly readFifo: boolean
  readonly ignoreCase: boolean
  readonly honorNoDump: boolean
  readonly aclSupport: boolean
  readonly xattrSupport: boolean
  readonly exclude: boolean
  readonly wild: readonly string[]
  readonly wildDir: readonly string[]
  readonly wildFile: readonly string[]
  readonly regex: readonly string[]
  readonly regexDir: readonly string[]
  readonly regexFile: readonly string[]
  readonly fsType: readonly string[]
  readonly size: SizeMatch | undefined
  readonly stripPath: number
  readonly verify: string
  readonly accurate: string
  readonly shadowing: string
  readonly plugins: readonly string[]
  /** Cipher instead of the file daemon's; '' for that one. */
  readonly encryption: string
  readonly forceEncryption: boolean
}

interface FileSetInclude {
  readonly options: readonly FileSetOptions[]
  readonly files: readonly string[]
  readonly plugins: readonly string[]
  readonly excludeDirContaining: readonly string[]
}

export type FileSetResource = ResourceOf<typeof fileSetType> & {
  readonly includes: readonly FileSetInclude[]
  readonly excludes: readonly string[]
}

/** The blocks of a FileSet in the form in which file daemons get them. */
export function withIncludes(fileset: ResourceOf<typeof fileSetType>): FileSetResource {
  const includes = fileset.include.map((include) => ({
    options: include.options.map(fileSetOptions),
    files: include.file,
    plugins: include.plugin,
    excludeDirContaining: include.excludeDirContaining,
  }))
  return { ...fileset, includes, excludes: fileset.exclude.flatMap((exclude) => exclude.file) }
}

function fileSetOptions(values: ValuesOf<typeof optionsRows>): FileSetOptions {
  return {
    ...values,
    compression: values.compression?.algorithm ?? '',
    compressionLevel: values.compression?.level ?? 0,
    plugins: values.plugin,
    encryption: values.cipher,
  }
}
