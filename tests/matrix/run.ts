import { cells, happenings, modes, moments, nameOf, places, runCell, stores, type Cell } from './cells.ts'

/**
 * `npm run matrix [-- WORD...]`: every combination of what can happen to an approval step with how it is decided, where it
 * stands and when; with words only the cells whose name has them all. Prints the cells by kind, and what failed.
 */
const words = process.argv.slice(2)
const wanted = cells.filter((cell) => words.every((word) => nameOf(cell).includes(word)))
const failed = new Map<Cell, string[]>()
const began = performance.now()
for (const cell of wanted) {
  let wrong: string[]
  try {
    wrong = runCell(cell)
  } catch (error) {
    wrong = [`a defect: ${error instanceof Error ? error.message : String(error)}`]
  }
  if (wrong.length > 0) failed.set(cell, wrong)
}

const kinds = { happening: happenings, mode: modes, place: places, moment: moments, store: stores }
for (const [kind, values] of Object.entries(kinds) as [keyof Cell, readonly string[]][]) {
  console.log(`by ${kind}`)
  for (const value of values) {
    const count = wanted.filter((cell) => cell[kind] === value).length
    const bad = [...failed.keys()].filter((cell) => cell[kind] === value).length
    console.log(`  ${value.padEnd(34)} ${String(count).padStart(6)}${bad > 0 ? `   ${bad} failed` : ''}`)
  }
}
for (const [cell, wrong] of [...failed].slice(0, 40))
  console.log(`FAILED ${nameOf(cell)}\n       ${wrong.join('\n       ')}`)
console.log(`${wanted.length} cells in ${((performance.now() - began) / 1000).toFixed(1)} s`)
console.log(`${wanted.length - failed.size} passed, ${failed.size} failed`)
process.exitCode = failed.size === 0 ? 0 : 1
