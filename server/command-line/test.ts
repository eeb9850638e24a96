import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readScenario } from '../../workflows/runtime/scenario/read-scenario.ts'
import { runScenario, type ScenarioFile } from '../../workflows/runtime/scenario/run-scenario.ts'
import type { CommandLine } from './command.ts'

export interface FileResult {
  file: string
  title: string
  ok: boolean
  step: number | null
  message: string
}

/** Scenario files under a path; a folder is searched through. Throws for a path that is not there. */
function scenariosAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return globSync('**/*.scenario.json', { cwd: path, exclude: (name) => name === 'node_modules' })
    .toSorted()
    .map((name) => join(path, name))
}

async function runFile(file: string): Promise<FileResult> {
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

/** `retour test [--json] <paths>`: runs scenarios on the real engine, in memory. */
export const test: CommandLine = {
  usage: 'test [--json] <paths>',
  summary: 'run the scenarios in files and folders',
  async run(args, say) {
    const json = args.includes('--json')
    const paths = args.filter((arg) => !arg.startsWith('--'))
    const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--json')
    if (unknown !== undefined || paths.length === 0) {
      say(unknown === undefined ? 'Usage: npx retour test [--json] <paths>' : `Unknown option ${unknown}`)
      return 2
    }
    const scenarios: FileResult[] = []
    for (const path of paths) {
      let files: string[]
      try {
        files = scenariosAt(path)
      } catch {
        scenarios.push({ file: path, title: path, ok: false, step: 0, message: 'there is no such file or folder' })
        continue
      }
      for (const file of files) scenarios.push(await runFile(file))
    }
    const passed = scenarios.filter(({ ok }) => ok).length
    const failed = scenarios.length - passed
    if (json) say(JSON.stringify({ passed, failed, scenarios }))
    else {
      for (const { file, title, ok, step, message } of scenarios) {
        say(`${ok ? 'ok    ' : 'FAILED'} ${title} (${file})`)
        if (!ok) say(`       ${step ? `step ${step}: ` : ''}${message}`)
      }
      say(`${passed} passed, ${failed} failed`)
    }
    return failed > 0 ? 1 : 0
  },
}
