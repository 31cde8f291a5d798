// Access control lists between the text in records (streams 1007 and 1008) and the bytes that Linux keeps. Pure.
//
// Text: one entry per line, `user::rwx`, `user:1001:r-x`, `group::r--`, `mask::rwx`, `other::r--`, a NUL at the end;
// users and groups by number, or by name as Bareos writes where the name is known. Bytes (the value of
// system.posix_acl_access and _default), little endian: uint32 version 2, then entries uint16 tag, uint16
// permissions, uint32 id. Sources: records of Bareos on Linux; acl(5); linux/posix_acl_xattr.h for the numbers.
import { CofferError } from '@coffer/core'

export interface AccountIds {
  readonly userId: (name: string) => number | undefined
  readonly groupId: (name: string) => number | undefined
}

const VERSION = 2
const NO_ID = 0xffffffff
const MAX_ENTRIES = 4096
const TAG = { owner: 1, user: 2, owningGroup: 4, group: 8, mask: 16, other: 32 } as const
const KINDS: ReadonlyMap<string, readonly [own: number, named: number]> = new Map([
  ['user', [TAG.owner, TAG.user]],
  ['u', [TAG.owner, TAG.user]],
  ['group', [TAG.owningGroup, TAG.group]],
  ['g', [TAG.owningGroup, TAG.group]],
  ['mask', [TAG.mask, TAG.mask]],
  ['m', [TAG.mask, TAG.mask]],
  ['other', [TAG.other, TAG.other]],
  ['o', [TAG.other, TAG.other]],
])
const WORDS: ReadonlyMap<number, string> = new Map([
  [TAG.owner, 'user'],
  [TAG.user, 'user'],
  [TAG.owningGroup, 'group'],
  [TAG.group, 'group'],
  [TAG.mask, 'mask'],
  [TAG.other, 'other'],
])

interface Entry {
  readonly tag: number
  readonly permissions: number
  readonly id: number
}

/** Kernel bytes to record text. Throws `payload-damaged` for a version or length that is not known. */
export function encodeAcl(bytes: Uint8Array): Buffer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || (bytes.length - 4) % 8 !== 0 || view.getUint32(0, true) !== VERSION) {
    throw damaged('the system gave a form that is not known')
  }
  let text = ''
  for (let at = 4; at < bytes.length; at += 8) {
    const tag = view.getUint16(at, true)
    const id = view.getUint32(at + 4, true)
    const who = tag === TAG.user || tag === TAG.group ? String(id) : ''
    text += `${WORDS.get(tag) ?? 'other'}:${who}:${permissionText(view.getUint16(at + 2, true))}\n`
  }
  return Buffer.from(`${text}\0`, 'latin1')
}

/** Record text to kernel bytes. Throws `payload-damaged` for bad text or a name that nobody here has. */
export function decodeAcl(text: Uint8Array, accounts: AccountIds): Buffer {
  const lines = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
    .toString('utf8')
    .replace(/\0[\s\S]*$/u, '')
    .split(/[\n,]/u)
    .map((line) => line.replace(/#.*$/u, '').trim())
    .filter((line) => line !== '')
  if (lines.length > MAX_ENTRIES) throw damaged('it has too many entries')
  const entries = lines.map((line) => parseEntry(line, accounts))
  entries.sort((a, b) => a.tag - b.tag || a.id - b.id)
  const bytes = Buffer.alloc(4 + entries.length * 8)
  bytes.writeUInt32LE(VERSION, 0)
  entries.forEach((entry, index) => {
    bytes.writeUInt16LE(entry.tag, 4 + index * 8)
    bytes.writeUInt16LE(entry.permissions, 6 + index * 8)
    bytes.writeUInt32LE(entry.id, 8 + index * 8)
  })
  return bytes
}

function parseEntry(line: string, accounts: AccountIds): Entry {
  const [kind = '', who = '', permissions = '', ...more] = line.split(':')
  const tags = KINDS.get(kind)
  if (tags === undefined || more.length > 0 || !/^[rwxX-]{1,3}$/u.test(permissions)) {
    throw damaged(`"${line}" is no entry`)
  }
  const bits =
    (permissions.includes('r') ? 4 : 0) |
    (permissions.includes('w') ? 2 : 0) |
    (/x/iu.test(permissions) ? 1 : 0)
  if (who === '') return { tag: tags[0], permissions: bits, id: NO_ID }
  return { tag: tags[1], permissions: bits, id: accountId(kind, who, accounts) }
}

function accountId(kind: string, who: string, accounts: AccountIds): number {
  if (/^\d{1,10}$/u.test(who)) return Number(who) >>> 0
  const id = kind.startsWith('u') ? accounts.userId(who) : accounts.groupId(who)
  if (id === undefined) throw damaged(`nobody here is called "${who}"`)
  return id
}

function permissionText(bits: number): string {
  return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`
}

function damaged(why: string): CofferError {
  return new CofferError('payload-damaged', `an access control list cannot be used: ${why}`)
}
