// Reads the tables file and path: the directories of a restore tree, selections from it, the files of a Job.

/**
 * The Jobs whose files are looked at together, oldest first, as `restore.chain` and `restore.orderChain` give it. Of
 * each name the newest version counts, and none when the newest is a deletion.
 */
export type JobChain = readonly number[]

/** One entry of a directory as of a chain. */
export interface TreeEntry {
  /** Name within its directory, without slashes; names are text as core `decodePath` makes it. */
  readonly name: string
  readonly isDirectory: boolean
  /** For a directory its own PathId, for a file that of its directory. */
  readonly pathId: number
  /** 0 for a directory that was not itself saved, only something below it. */
  readonly jobId: number
  readonly fileIndex: number
  readonly fileId: number
  /** As core `decodeLstat` reads it; empty when not saved. */
  readonly lstat: string
  /** Base64 without padding; empty when there is none. */
  readonly digest: string
}

/** One file or directory of a selection. `path` is the whole name; a directory's ends with a slash. */
export interface SelectedFile {
  readonly jobId: number
  readonly fileIndex: number
  readonly path: string
  readonly lstat: string
}

/** The same without the name, for marking millions. */
export interface SelectedIndex {
  readonly jobId: number
  readonly fileIndex: number
  readonly isDirectory: boolean
  readonly lstat: string
}

export interface JobFile {
  readonly jobId: number
  readonly fileIndex: number
  readonly path: string
  readonly lstat: string
  readonly digest: string
  readonly isDeleted: boolean
}

/** A version of a file that some Job saved. */
export interface FileVersion {
  readonly jobId: number
  readonly job: string
  readonly jobName: string
  readonly client: string
  readonly startMs: number | undefined
  readonly level: string
  readonly files: number
  readonly bytes: number
  readonly fileIndex: number
  readonly path: string
  readonly lstat: string
  readonly digest: string
  readonly isDeleted: boolean
}

export interface FileCatalog {
  /** PathId of the root of all trees, whose children are "/", "C:/" and so on. */
  rootPathId(): Promise<number>
  /** PathId of a directory by its whole name with the slash at its end, "/srv/sample/"; undefined when unknown. */
  findPath(path: string): Promise<number | undefined>
  /** Whole name of a directory, with the slash at its end. */
  pathOf(pathId: number): Promise<string | undefined>
  /** Whether the directory (or anything below it) is in the chain. */
  isVisible(chain: JobChain, pathId: number): Promise<boolean>
  /** What is in a directory as of the chain: directories, then files, each sorted by their bytes. Reads no other one. */
  listDirectory(chain: JobChain, pathId: number): Promise<TreeEntry[]>
  /** One name of a directory. */
  findInDirectory(chain: JobChain, pathId: number, name: string): Promise<TreeEntry | undefined>
  /**
   * Everything at and below a directory as of the chain, in batches, in no particular order of names; memory does not
   * grow with their number. Ends early when the loop is left.
   */
  walk(chain: JobChain, pathId: number): AsyncIterable<readonly SelectedFile[]>
  /** The same without names; within a Job by FileIndex, Jobs one after the other. */
  walkIndexes(chain: JobChain, pathId: number): AsyncIterable<readonly SelectedIndex[]>
  /** How many files and directories the chain holds at and below a directory. */
  count(chain: JobChain, pathId: number): Promise<number>
  /** Files of one Job by FileIndex, deletions first, in batches. */
  ofJob(jobId: number): AsyncIterable<readonly JobFile[]>
  /** One file of a Job, for instance the first of its hard links. */
  findByIndex(jobId: number, fileIndex: number): Promise<JobFile | undefined>
  /** Jobs of a Client where the file (or directory, with a slash at its end) is saved, newest first. */
  versions(path: string, client: string, limit: number): Promise<FileVersion[]>
  /** The newest version of one file or directory in the chain. */
  findInChain(chain: JobChain, path: string): Promise<SelectedFile | undefined>
}
