import { coverageTable, runRows, strays } from './coverage.ts'

/**
 * Prints the BPMN coverage as Markdown, what failed below it, and the sum: `npm run conformance [-- ROW...]`, where a row
 * is the beginning of its id. Ends with 1 when a scenario failed, a row has none, or a scenario belongs to no row.
 */
const wanted = process.argv.slice(2)
const results = await runRows(({ id }) => wanted.length === 0 || wanted.some((start) => id.startsWith(start)))
const scenarios = results.flatMap((row) => row.scenarios)
const failed = scenarios.filter(({ ok }) => !ok)
const missing = results.filter((row) => row.scenarios.length === 0)
const lost = strays()

console.log(`# BPMN coverage\n\n${coverageTable(results)}\n`)
for (const { file, title, step, message } of failed)
  console.log(`FAILED ${title} (${file})\n       step ${step}: ${message}`)
for (const { id } of missing) console.log(`MISSING ${id}`)
for (const file of lost) console.log(`STRAY ${file}`)
console.log(`${results.length - missing.length} of ${results.length} rows have scenarios`)
console.log(`${scenarios.length - failed.length} passed, ${failed.length + missing.length + lost.length} failed`)
process.exitCode = failed.length + missing.length + lost.length === 0 ? 0 : 1
