import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runScenarioFile, scenariosAt, type FileResult } from '../../../server/command-line/scenario-files.ts'
import { rows, type Row } from './rows.ts'

export interface RowResult extends Row {
  scenarios: FileResult[]
}

const folderOf = (row: Row) => join(import.meta.dirname, row.id)

/** Runs the scenarios of every row, in the order of the rows. */
export async function runRows(wanted: (row: Row) => boolean = () => true): Promise<RowResult[]> {
  const results: RowResult[] = []
  for (const row of rows.filter(wanted)) {
    const scenarios: FileResult[] = []
    const files = existsSync(folderOf(row)) ? scenariosAt(folderOf(row)) : []
    for (const file of files) scenarios.push(await runScenarioFile(file))
    results.push({ ...row, scenarios })
  }
  return results
}

/** Scenario files that lie in no row's folder, so that nobody would count them. */
export const strays = (): string[] =>
  scenariosAt(import.meta.dirname).filter((file) => !rows.some((row) => file.startsWith(`${folderOf(row)}/`)))

const verdict = ({ scenarios }: RowResult) =>
  scenarios.length === 0 ? 'missing' : scenarios.every(({ ok }) => ok) ? 'pass' : 'FAIL'

/** The coverage as Markdown: a table for each section, one line for each row. */
export function coverageTable(results: readonly RowResult[]): string {
  const lines: string[] = []
  for (const section of new Set(results.map((row) => row.section))) {
    lines.push('', `## ${section}`, '', '| row | scenarios | result |', '| --- | ---: | --- |')
    for (const row of results.filter((one) => one.section === section))
      lines.push(`| ${row.title} | ${row.scenarios.length} | ${verdict(row)} |`)
  }
  return lines.join('\n').trim()
}
