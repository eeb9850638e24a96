import { walk } from './walk.ts'

/**
 * Walks through many random processes: `npm run simulate -- [FIRST] [LAST] [SIZE]`. Prints each one that went wrong, with
 * its seed, its commands and its diagram, and how many of each kind there were; ends with 1 when any went wrong.
 */
const [first = 1, last = first + 999, size = 20] = process.argv.slice(2).map(Number)
const counts = new Map<string, number>()
let commands = 0

for (let seed = first; seed <= last; seed++) {
  const walked = await walk(seed, { size, wild: seed % 3 === 0 ? 2 : 0 }, 40)
  const kind = walked.kind === 'left out' ? `left out: ${walked.why}` : walked.kind
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
  if ('commands' in walked) commands += walked.commands
  if (walked.kind === 'wrong')
    console.log(`seed ${seed}, size ${size}: ${walked.why}\n${walked.told.join('\n')}\n${walked.xml}\n`)
}

for (const [kind, count] of counts) console.log(`${String(count).padStart(7)}  ${kind}`)
console.log(`${commands} commands`)
process.exitCode = counts.has('wrong') ? 1 : 0
