// The TLS directives that every daemon and console resource takes.
import { type DirectiveRow } from './directive.ts'
import { keyword, path, text, textList, yesNo } from './directive-values.ts'

export const tlsRows = {
  'TLS Enable': yesNo({
    default: true,
    status: 'inactive',
    inert: true,
    about: 'Connections are always encrypted; "no" changes nothing.',
  }),
  'TLS Require': yesNo({
    default: true,
    status: 'inactive',
    inert: true,
    about: 'Connections are always encrypted; "no" changes nothing.',
  }),
  'TLS Authenticate': yesNo({
    default: false,
    status: 'deprecated',
    inert: false,
    about: 'Use TLS for authentication only. There is no such mode.',
  }),
  'TLS Verify Peer': keyword(
    {
      Yes: true,
      No: false,
      True: true,
      False: false,
      Required: true,
      Disabled: false,
      IfCertificatePresented: false,
    },
    {
      default: false,
      about: 'Demand a certificate of the peer that the configured authority signed.',
    },
  ),
  'TLS Allowed CN': textList({
    about: 'Common names of peer certificates that are accepted; all when none is given.',
  }),
  'TLS CA Certificate File': path({ about: 'PEM file with the certificates of the authorities.' }),
  'TLS CA Certificate Dir': path({
    status: 'inactive',
    about: 'Folder of hashed authority certificates.',
  }),
  'TLS Certificate Revocation List': path({
    status: 'inactive',
    about: 'PEM file with revoked certificates.',
  }),
  'TLS Certificate': path({ about: 'PEM file with the own certificate.' }),
  'TLS Key': path({ about: 'PEM file with the private key of the own certificate.' }),
  'TLS DH File': path({
    status: 'deprecated',
    about: 'Diffie-Hellman parameters; TLS 1.3 brings its own.',
  }),
  'TLS Cipher List': text({
    status: 'inactive',
    about: 'Ciphers of TLS 1.2 and older, which is never spoken.',
  }),
  'TLS Cipher Suites': text({ status: 'inactive', about: 'Cipher suites of TLS 1.3.' }),
  'TLS Protocol': text({
    status: 'inactive',
    about: 'Settings of the TLS protocol; always TLS 1.3.',
  }),
} as const

/** For resources whose connections are judged by the TLS settings of another resource. */
export const unusedTlsRows = Object.fromEntries(
  Object.entries(tlsRows).map(([name, row]): [string, DirectiveRow] => [
    name,
    row.status === 'active' ? { ...row, status: 'inactive', inert: row.initial } : row,
  ]),
) as typeof tlsRows

export const kernelTlsRow = {
  'Enable kTLS': yesNo({
    default: false,
    status: 'inactive',
    inert: false,
    about: 'Encrypt in the kernel.',
  }),
} as const

/** Written to Volume labels or expected there: only the native family is known, others are tape labels of mainframes. */
export const labelTypeRow = {
  'Label Type': keyword(
    { bareos: 'bareos', ansi: 'ansi', ibm: 'ibm' },
    {
      default: 'bareos',
      status: 'deprecated',
      inert: 'bareos',
      shown: true,
      quoted: true,
      about: 'Kind of tape label; ANSI and IBM labels are not written.',
    },
  ),
} as const
