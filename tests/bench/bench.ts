import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { engineRows } from './engine-rows.ts'
import type { Row } from './measure.ts'
import { peerRows } from './peer-rows.ts'
import { runtimeRows } from './runtime-rows.ts'

/** `npm run bench [-- --json FILE]`: one line for each figure, with its goal; a group of rows is a file beside this. */
const groups: readonly (() => Row[] | Promise<Row[]>)[] = [engineRows, peerRows, runtimeRows]

const met = ({ goal, value }: Row) =>
  goal === undefined ? '' : (goal.at === 'least' ? value >= goal.value : value <= goal.value) ? 'met' : 'missed'

const shown = (value: number) => (value < 10 ? value.toFixed(3) : Math.round(value).toLocaleString('en'))

const { values } = parseArgs({ options: { json: { type: 'string' } } })
const rows: Row[] = []

function print(row: Row): void {
  const goal = row.goal ? `goal ${row.goal.at === 'least' ? '≥' : '≤'} ${shown(row.goal.value)}` : ''
  console.log(
    `${row.name.padEnd(30)} ${shown(row.value).padStart(12)} ${row.unit.padEnd(12)} ${goal.padEnd(18)} ${met(row)}`,
  )
}

for (const group of groups) {
  for (const row of await group()) {
    rows.push(row)
    print(row)
  }
}
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify({ node: globalThis.process.version, processor: cpus()[0]?.model, rows }, null, 2)}\n`,
  )
