// The part of docs/directives.md that is about the language as a whole.

export const LANGUAGE = `# Directives

<!-- Written by \`npm run gen\` from the tables in services/*/src/config. -->

## Language

A configuration is a list of resources, each a block of directives:

\`\`\`
Job {
  Name = nightly                # a comment goes to the end of the line
  Type = Backup; Level = Full   # a semicolon ends a directive like a newline
  Run Script {                  # some directives are blocks themselves
    Runs When = Before
    Command = "/usr/local/bin/freeze \\"all of it\\""
  }
}
\`\`\`

- **Names** of resources and directives are compared without regard to case and spaces: \`Maximum Concurrent Jobs\`,
  \`maximumconcurrentjobs\`. Names that a configuration gives (\`Name = ...\`) are compared exactly.
- **Quotes** \`"..."\` keep spaces and the signs \`; , = { } #\`. Inside them a backslash takes the next character as it
  is, and a line end is left out. A string that is followed by another one at the beginning of the next line is one
  string. Outside of quotes a backslash is an ordinary character.
- **Repeated** directives add up where the table says repeatable or list; elsewhere the last one counts, with a warning.
- **Lists** are separated by commas and may go on after a comma on the next line.
- **Inclusion**: \`@file\`, \`@"file with spaces"\` and \`@dir/*.conf\` put the text of files in place, relative to the file
  that includes them; \`@|command\` and \`@|"command with arguments"\` put in place what a command prints. They may stand
  for directives, for whole resources, or for a value.
- **Times** are numbers with units: seconds, minutes (\`mins\`, \`n\`), hours, days, weeks, months (30 days, \`m\`), quarters
  (91 days), years (365 days); units may be shortened, parts add up: \`1 week 3 days\`. Without a unit they are seconds.
- **Sizes** are bytes with units: k, m, g, t, p, e are powers of 1024, kb, mb, gb, tb, pb, eb powers of 1000; parts add
  up. Speeds are sizes with or without \`/s\`.
- **yes or no** may also be written true, on, false, off.
- **Passwords** are written in clear, or as \`[md5]\` and the MD5 in hex; both ends may do it differently.
- **Paths** may begin with \`~\` and hold \`$NAME\` or \`\${NAME}\` of the environment.

\`-c\` names a file, or a directory that holds one of the files or trees named below (\`<name>.conf\`, or every
\`<name>.d/<resource>/*.conf\`), the first that is found. \`-t\` reads everything, lists all faults with file, line and
column, and ends with 0 or 1.

A directive with the status **inactive** is known and read, but nothing acts on it yet: giving it is a warning, unless
its value asks for what happens anyway. **deprecated** ones are read for the sake of old files and never will be acted on.
An unknown directive is a fault.
`
