// The tables as kysely sees them. Only files of this folder may know them; what leaves is a domain type.
import type { ColumnType, Generated } from 'kysely'

/** A moment: milliseconds since the epoch when read, written as `moment(…)` of moment.ts. */
type Moment = ColumnType<number | null, number | null | undefined, number | null>

/** Names (of path and file) are bytes: read them with escapedName(…), write them as Buffer; see names.ts. */
export interface CatalogTables {
  path: {
    pathid: Generated<number>
    path: ColumnType<never, Buffer, never>
    parentid: number
    name: ColumnType<never, Buffer, never>
  }
  file: {
    fileid: Generated<number>
    fileindex: number
    jobid: number
    pathid: number
    deltaseq: Generated<number>
    name: ColumnType<never, Buffer, never>
    lstat: string
    md5: string
  }
  pathvisibility: {
    jobid: number
    ppathid: number
    pathid: number
  }
  job: JobTable
  client: ClientTable
  fileset: FilesetTable
  pool: PoolTable
  media: MediaTable
  jobmedia: {
    jobmediaid: Generated<number>
    jobid: number
    mediaid: number
    firstindex: number
    lastindex: number
    startfile: number
    endfile: number
    startblock: number
    endblock: number
    jobbytes: Generated<number>
    volindex: Generated<number>
  }
  restoreobject: {
    restoreobjectid: Generated<number>
    objectname: Buffer
    restoreobject: Buffer
    pluginname: Buffer
    objectlength: number
    objectfulllength: number
    objectindex: number
    objecttype: number
    fileindex: number
    jobid: number
    objectcompression: Generated<number>
  }
  log: {
    logid: Generated<number>
    jobid: number
    time: number
    logtext: string
  }
  storage: {
    storageid: Generated<number>
    name: string
    autochanger: Generated<number>
  }
  device: {
    deviceid: Generated<number>
    name: string
    mediatypeid: Generated<number>
    storageid: Generated<number>
  }
  mediatype: {
    mediatypeid: Generated<number>
    mediatype: string
    readonly: Generated<number>
  }
  counters: {
    counter: string
    minvalue: Generated<number>
    maxvalue: Generated<number>
    currentvalue: Generated<number>
    wrapcounter: Generated<string>
  }
  status: {
    jobstatus: string
    jobstatuslong: string
    severity: number
    exitlevel: number | null
    exitstatus: string | null
  }
  version: { versionid: number }
}

export interface JobTable {
  jobid: Generated<number>
  job: string
  name: string
  type: string
  level: string
  clientid: Generated<number>
  jobstatus: string
  schedtime: Moment
  starttime: Moment
  endtime: Moment
  realendtime: Moment
  jobtdate: Generated<number>
  volsessionid: Generated<number>
  volsessiontime: Generated<number>
  jobfiles: Generated<number>
  jobbytes: Generated<number>
  readbytes: Generated<number>
  joberrors: Generated<number>
  jobmissingfiles: Generated<number>
  poolid: Generated<number>
  filesetid: Generated<number>
  priorjobid: Generated<number>
  purgedfiles: Generated<number>
  hasbase: Generated<number>
  hascache: Generated<number>
  reviewed: Generated<number>
  comment: Generated<string>
  /** Ours: FileIndex up to which attributes are committed. */
  committedindex: Generated<number>
  /** Ours: number of the last commit of storage. */
  commitnumber: Generated<number>
}

export interface ClientTable {
  clientid: Generated<number>
  name: string
  uname: Generated<string>
  autoprune: Generated<number>
  fileretention: Generated<number>
  jobretention: Generated<number>
}

export interface FilesetTable {
  filesetid: Generated<number>
  fileset: string
  md5: string
  createtime: number
  filesettext: Generated<string>
}

export interface PoolTable {
  poolid: Generated<number>
  name: string
  numvols: Generated<number>
  maxvols: Generated<number>
  useonce: Generated<number>
  usecatalog: Generated<number>
  acceptanyvolume: Generated<number>
  volretention: Generated<number>
  voluseduration: Generated<number>
  maxvoljobs: Generated<number>
  maxvolfiles: Generated<number>
  maxvolbytes: Generated<number>
  autoprune: Generated<number>
  recycle: Generated<number>
  actiononpurge: Generated<number>
  pooltype: string
  labeltype: Generated<number>
  labelformat: Generated<string>
  enabled: Generated<number>
  scratchpoolid: Generated<number>
  recyclepoolid: Generated<number>
  nextpoolid: Generated<number>
  minblocksize: Generated<number>
  maxblocksize: Generated<number>
  migrationhighbytes: Generated<number>
  migrationlowbytes: Generated<number>
  migrationtime: Generated<number>
}

export interface MediaTable {
  mediaid: Generated<number>
  volumename: string
  slot: Generated<number>
  poolid: Generated<number>
  mediatype: string
  mediatypeid: Generated<number>
  labeltype: Generated<number>
  firstwritten: Moment
  lastwritten: Moment
  labeldate: Moment
  voljobs: Generated<number>
  volfiles: Generated<number>
  volblocks: Generated<number>
  volmounts: Generated<number>
  volbytes: Generated<number>
  volerrors: Generated<number>
  volwrites: Generated<number>
  volcapacitybytes: Generated<number>
  volstatus: string
  enabled: Generated<number>
  recycle: Generated<number>
  actiononpurge: Generated<number>
  volretention: Generated<number>
  voluseduration: Generated<number>
  maxvoljobs: Generated<number>
  maxvolfiles: Generated<number>
  maxvolbytes: Generated<number>
  inchanger: Generated<number>
  storageid: Generated<number>
  deviceid: Generated<number>
  volreadtime: Generated<number>
  volwritetime: Generated<number>
  endfile: Generated<number>
  endblock: Generated<number>
  locationid: Generated<number>
  recyclecount: Generated<number>
  minblocksize: Generated<number>
  maxblocksize: Generated<number>
  initialwrite: Moment
  scratchpoolid: Generated<number>
  recyclepoolid: Generated<number>
  encryptionkey: Generated<string>
  comment: Generated<string>
}
