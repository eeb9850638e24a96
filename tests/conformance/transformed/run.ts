import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { scenariosAt } from '../../../server/command-line/scenario-files.ts'
import { readScenario } from '../../../workflows/runtime/scenario/read-scenario.ts'
import { runScenario } from '../../../workflows/runtime/scenario/run-scenario.ts'
import { readShare } from '../../support/share.ts'
import { wraps } from './around.ts'
import { prefixes } from './before.ts'
import { meansSomethingElse } from './exceptions.ts'
import { retellings } from './told-otherwise.ts'
import type { Story, Transformation } from './transformation.ts'

/**
 * `npm run transformed [-- WORD... | --share K/N]`: tells every scenario of the conformance suite in other
 * ways which must end the same: its process inside of something, behind something, called, restarted. With words only
 * where the transformation or the file has one of them; with a share every Nth of them (`support/share.ts`). Prints a
 * table by transformation and what failed; ends with 1 when anything did.
 */
const transformations: readonly Transformation[] = [...wraps, ...prefixes, ...retellings]

const suite = resolve(import.meta.dirname, '../bpmn')

function storyAt(path: string): Story | null {
  const read = readScenario(readFileSync(path, 'utf8'))
  if (!read.ok) return null
  const files = read.scenario.files.map((name) => ({
    name,
    content: readFileSync(resolve(dirname(path), name), 'utf8'),
  }))
  return { scenario: read.scenario, files }
}

interface Run {
  file: string
  by: Transformation
  story: Story
}

const { words, takes, again } = readShare(process.argv.slice(2), 'transformed')

const isMeant = (file: string, { name }: Transformation) =>
  words.length === 0 || words.some((word) => file.includes(word) || name.includes(word))

const told = scenariosAt(suite).flatMap((path) => {
  const story = storyAt(path)
  return story ? [{ file: relative(suite, path), story }] : []
})
const runs: Run[] = transformations
  .flatMap((by) => told.map(({ file, story }) => ({ file, by, story })))
  .filter(({ file, by }) => isMeant(file, by) && !meansSomethingElse(file, by.name))
  .flatMap(({ file, by, story }) => {
    const otherwise = by.transform(story)
    return otherwise ? [{ file, by, story: otherwise }] : []
  })
  .filter((_, index) => takes(index))

const failed: string[] = []
const counts = new Map<string, { passed: number; failed: number }>()
for (const { file, by, story } of runs) {
  const result = await runScenario(story.scenario, story.files)
  const count = counts.get(by.name) ?? { passed: 0, failed: 0 }
  counts.set(by.name, count)
  count[result.ok ? 'passed' : 'failed'] += 1
  if (!result.ok) failed.push(`FAILED ${by.name}: ${file}\n       step ${result.step}: ${result.message}`)
}

console.log('| told otherwise | scenarios | failed |\n| --- | ---: | ---: |')
for (const [name, count] of counts) console.log(`| ${name} | ${count.passed + count.failed} | ${count.failed} |`)
for (const line of failed) console.log(line)
if (again !== null) console.log(`\nThe same again: ${again}`)
console.log(`${runs.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
