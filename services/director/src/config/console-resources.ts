// The Console, Profile and User resources: who may log in and do what.
import { kernelTlsRow, resourceType, type ResourceOf, unusedTlsRows } from '@coffer/core'
import { name, password, references, text, textList, yesNo } from '@coffer/core/directives'

const identityRows = {
  Name: name({ required: true, about: 'Name by which others refer to it.' }),
  Description: text({ about: 'A remark.' }),
} as const

/** Entries are names, regular expressions, `*all*`, or one of them after `!`; the first that fits decides. */
const aclRows = {
  'Job ACL': textList({ about: 'Jobs that may be seen and run.' }),
  'Client ACL': textList({ about: 'Clients that may be used.' }),
  'Storage ACL': textList({ about: 'Storages that may be used.' }),
  'Schedule ACL': textList({ about: 'Schedules that may be seen.' }),
  'Pool ACL': textList({ about: 'Pools that may be used.' }),
  'Command ACL': textList({ about: 'Commands that may be given.' }),
  'FileSet ACL': textList({ about: 'FileSets that may be used.' }),
  'Catalog ACL': textList({ about: 'Catalogs that may be used.' }),
  'Where ACL': textList({ about: 'Places that may be restored to.' }),
  'Plugin Options ACL': textList({ about: 'Plugin options that may be given.' }),
} as const

const profilesRow = {
  Profile: references('Profile', { about: 'Profiles whose rights are added.' }),
} as const

export const consoleType = resourceType({
  name: 'Console',
  about: 'A named console with a password and rights of its own.',
  rows: {
    ...identityRows,
    Password: password({ required: true, about: 'Password of this console.' }),
    ...aclRows,
    ...profilesRow,
    'Use Pam Authentication': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'Let PAM decide about users.',
    }),
    ...kernelTlsRow,
    ...unusedTlsRows,
  },
})
export type ConsoleResource = ResourceOf<typeof consoleType>

export const profileType = resourceType({
  name: 'Profile',
  about: 'Rights that consoles and users share.',
  rows: { ...identityRows, ...aclRows },
})
export type ProfileResource = ResourceOf<typeof profileType>

export const userType = resourceType({
  name: 'User',
  about: 'Rights of a user whom PAM knows.',
  rows: { ...identityRows, ...aclRows, ...profilesRow },
})
export type UserResource = ResourceOf<typeof userType>
