import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { approvalRows } from './approval-rows.ts'
import { decisionRows } from './decision-rows.ts'
import { engineRows } from './engine-rows.ts'
import { growthRows } from './growth-rows.ts'
import { httpRows } from './http-rows.ts'
import { machineRows } from './machine-rows.ts'
import { memoryRows } from './memory-rows.ts'
import { least, rowOf } from './measure.ts'
import type { Group, Row } from './measure.ts'
import { peerRows } from './peer-rows.ts'
import { runtimeRows } from './runtime-rows.ts'
import { storyRows } from './story-rows.ts'
import { timerRows } from './timer-rows.ts'

/**
 * `npm run bench [-- --json FILE] [--only PATTERN] [--quick]`: a line for each figure with the median of its trials,
 * their spread, and the goal. A group of rows is a file beside this; `--only` takes the groups with a row whose name
 * the pattern matches, `--quick` shorter trials and smaller stores.
 */
const groups: readonly Group[] = [
  machineRows,
  engineRows,
  approvalRows,
  decisionRows,
  peerRows,
  memoryRows,
  runtimeRows,
  httpRows,
  timerRows,
  growthRows,
  storyRows,
]

const met = ({ goal, value }: Row) =>
  goal === undefined ? '' : (goal.at === 'least' ? value >= goal.value : value <= goal.value) ? 'met' : 'missed'

const shown = (value: number) => (Math.abs(value) < 10 ? value.toFixed(3) : Math.round(value).toLocaleString('en'))

function print(row: Row): void {
  const { name, value, unit, trials, goal } = row
  const aim = goal ? `goal ${goal.at === 'least' ? '≥' : '≤'} ${shown(goal.value)}` : ''
  const spread = trials.length > 1 ? `${shown(Math.min(...trials))} … ${shown(Math.max(...trials))}` : ''
  console.log(
    `${name.padEnd(30)} ${shown(value).padStart(11)} ${unit.padEnd(12)} ${spread.padEnd(21)} ${aim.padEnd(14)} ${met(row)}`.trimEnd(),
  )
}

/**
 * How many times faster than the peer, where both were measured in this run: from machine to machine only that tells. The
 * goals of what is written were set where the peer ran 226 instances of the reference process per second.
 */
const ratios: readonly [name: string, to: string, goal: number][] = [
  ['engine.inMemory', 'peer.bpmnElements.inMemory', 500],
  ['engine.forkJoin5', 'peer.bpmnElements.forkJoin5', 500],
  ['runtime.durable64', 'peer.bpmnElements.inMemory', 12_000 / 226],
  ['runtime.durable1', 'peer.bpmnElements.inMemory', 1500 / 226],
  ['http.start50', 'peer.bpmnElements.inMemory', 6000 / 226],
]

function ratioRows(measured: ReadonlyMap<string, Row>): Row[] {
  return ratios.flatMap(([name, to, goal]) => {
    const [ours, peer] = [measured.get(name), measured.get(to)]
    if (!ours || !peer) return []
    const value = Number((ours.value / peer.value).toPrecision(4))
    return [rowOf(`ratio.${name}`, 'times', [value], least(Number(goal.toPrecision(3))))]
  })
}

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const wanted = new RegExp(values.only ?? '')
const extent = { quick: values.quick, trials: values.quick ? 3 : 5 }
const rows = new Map<string, Row>()
const tell = (row: Row) => {
  rows.set(row.name, row)
  print(row)
}

console.log(`Node ${globalThis.process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
for (const group of groups)
  if (group.rows.some((name) => wanted.test(name))) for (const row of await group.measure(extent)) tell(row)
for (const row of ratioRows(rows)) tell(row)

if (values.json !== undefined) {
  const named = [...rows.values()].map(({ name, ...row }) => [name, row] as const)
  writeFileSync(values.json, `${JSON.stringify(Object.fromEntries(named), null, 2)}\n`)
}
