import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readScenario } from '../../workflows/runtime/scenario/read-scenario.ts'
import { runScenario, type ScenarioFile } from '../../workflows/runtime/scenario/run-scenario.ts'

export interface FileResult {
  file: string
  title: string
  ok: boolean
  step: number | null
  message: string
}

/** Scenario files under a path; a folder is searched through. Throws for a path that is not there. */
export function scenariosAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return globSync('**/*.scenario.json', { cwd: path, exclude: (name) => name === 'node_modules' })
    .toSorted()
    .map((name) => join(path, name))
}

/** Runs one scenario file with the files beside it. Never throws: what cannot be read has failed before its first step. */
export async function runScenarioFile(file: string): Promise<FileResult> {
  const fails = (title: string, message: string): FileResult => ({ file, title, ok: false, step: 0, message })
  const read = readScenario(readFileSync(file, 'utf8'))
  if (!read.ok) return fails(file, read.message)
  const { scenario } = read
  const files: ScenarioFile[] = []
  for (const name of scenario.files) {
    try {
      files.push({ name, content: readFileSync(resolve(dirname(file), name), 'utf8') })
    } catch {
      return fails(scenario.title, `the file ${name} cannot be read`)
    }
  }
  try {
    return { file, ...(await runScenario(scenario, files)) }
  } catch (error) {
    return fails(scenario.title, `a defect: ${error instanceof Error ? error.message : String(error)}`)
  }
}
