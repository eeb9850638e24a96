import type { CommandLine } from './command.ts'
import { runScenarioFile, scenariosAt, type FileResult } from './scenario-files.ts'

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
      if (files.length === 0)
        scenarios.push({
          file: path,
          title: path,
          ok: false,
          step: 0,
          message: 'there is no *.scenario.json in this folder',
        })
      for (const file of files) scenarios.push(await runScenarioFile(file))
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
