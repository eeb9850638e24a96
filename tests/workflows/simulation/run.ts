import { createTally } from './kinds.ts'
import { walk } from './walk.ts'

/**
 * Walks through many random processes: `npm run simulate -- [FIRST] [LAST] [SIZE]`. Prints each one that went wrong, with
 * its seed, its commands and its diagram, which rows of the coverage were drawn and gone through, and how many of each
 * kind there were; ends with 1 when any went wrong. The same seed and size do the same again.
 */
const [first = 1, last = first + 999, size = 20] = process.argv.slice(2).map(Number)
const counts = new Map<string, number>()
const commands = new Map<string, number>()
const tally = createTally()

for (let seed = first; seed <= last; seed++) {
  const walked = await walk(seed, { size, wild: seed % 3 === 0 ? 2 : 0 }, 40)
  const kind = walked.kind === 'left out' ? `left out: ${walked.why}` : walked.kind
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
  if (walked.kind === 'wrong') {
    console.log(`seed ${seed}, size ${size}: ${walked.why}\n${walked.told.join('\n')}\n${walked.xml}\n`)
    continue
  }
  tally.add(walked.kinds)
  for (const [name, times] of Object.entries(walked.commands)) commands.set(name, (commands.get(name) ?? 0) + times)
}

console.log(tally.lines().join('\n'))
for (const [kind, count] of counts) console.log(`${String(count).padStart(7)}  ${kind}`)
for (const [name, times] of commands) console.log(`${String(times).padStart(7)}  commands: ${name}`)
for (const kind of tally.missing()) console.log(`never gone through: ${kind}`)
process.exitCode = counts.has('wrong') ? 1 : 0
