import { parseArgs } from 'node:util'
import { fuzz } from '../support/feel-fuzz.ts'

/** `npm run fuzz [-- --runs N] [--seed N]`: mutated expressions; the last line says how many were tried and how many were wrong. */
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } })
const [runs, seed] = [Number(values.runs ?? 20_000), Number(values.seed ?? 1)]
const started = performance.now()
const outcome = fuzz(runs, seed)
for (const defect of outcome.defects.slice(0, 50)) console.log(`DEFECT ${JSON.stringify(defect)}`)
const { refused, failed, values: valued, nulls, slowest } = outcome
console.log(`seed ${seed}: ${refused} refused, ${failed} ended by a limit, ${nulls} null, ${valued} with a value`)
console.log(`slowest ${Math.round(slowest.milliseconds)} ms: ${JSON.stringify(slowest.source.slice(0, 200))}`)
console.log(`${Math.round((performance.now() - started) / 1000)} s`)
console.log(`${runs - outcome.defects.length} passed, ${outcome.defects.length} failed`)
process.exitCode = outcome.defects.length > 0 ? 1 : 0
