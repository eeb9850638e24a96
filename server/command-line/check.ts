import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { checkResource } from '../../workflows/runtime/scenario/check-resource.ts'
import type { Problem } from '../../workflows/model/problem.ts'
import type { CommandLine } from './command.ts'

type FileProblem = Pick<Problem, 'elementId' | 'severity' | 'code' | 'message' | 'example'> & { file: string }

const wrongFile = (file: string, code: string, zh: string, en: string): FileProblem => ({
  file,
  elementId: null,
  severity: 'error',
  code,
  message: { zh, en },
})

/** The decision files in the same folder, in which imports are looked up. */
export function decisionsBeside(file: string): string[] {
  if (!file.toLowerCase().endsWith('.dmn')) return []
  const folder = dirname(file)
  return readdirSync(folder)
    .filter((name) => name.toLowerCase().endsWith('.dmn') && name !== basename(file))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

/** The files of a folder that can be checked; a file is itself. */
function filesAt(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path]
  return globSync('**/*.{bpmn,dmn,form.json,scenario.json}', { cwd: path, exclude: (name) => name === 'node_modules' })
    .toSorted()
    .map((name) => join(path, name))
}

/** The forms among the files, whose fields are names that diagrams may read. */
const formsAmong = (files: readonly string[]): string[] =>
  files
    .filter((file) => /(?<!\.scenario)\.json$/i.test(file) && existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))

async function problemsAt(path: string, forms: readonly string[]): Promise<FileProblem[]> {
  const files = filesAt(path)
  if (files.length > 0) return (await Promise.all(files.map((file) => problemsIn(file, forms)))).flat()
  return [
    wrongFile(
      path,
      'file.none_here',
      '这个文件夹里没有可以检查的文件。',
      'Expected a .bpmn, .dmn or .form.json file in this folder, but there is none.',
    ),
  ]
}

async function problemsIn(file: string, forms: readonly string[]): Promise<FileProblem[]> {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch {
    return [wrongFile(file, 'file.not_found', '读不到这个文件。', 'Expected a file that can be read, but it cannot.')]
  }
  const problems = await checkResource(file, content, decisionsBeside(file), forms)
  if (problems === null)
    return [
      wrongFile(
        file,
        'file.unknown_kind',
        '只检查 .bpmn、.dmn 和表单 .json 文件。',
        'Expected a .bpmn, .dmn or form .json file, but this is none.',
      ),
    ]
  return problems.map(({ elementId, severity, code, message, example }) => ({
    file,
    elementId,
    severity,
    code,
    message,
    ...(example ? { example } : {}),
  }))
}

/** `retour check [--json] <files or folders>`: the list of problems that publishing would show. */
export const check: CommandLine = {
  usage: 'check [--json] <files or folders>',
  summary: 'show what publishing would find wrong with diagrams, decisions and forms',
  async run(args, say) {
    const json = args.includes('--json')
    const files = args.filter((arg) => !arg.startsWith('--'))
    const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--json')
    if (unknown !== undefined || files.length === 0) {
      say(unknown === undefined ? 'Usage: npx retour check [--json] <files or folders>' : `Unknown option ${unknown}`)
      return 2
    }
    const forms = formsAmong(files.flatMap(filesAt))
    const problems = (await Promise.all(files.map((path) => problemsAt(path, forms)))).flat()
    if (json) say(JSON.stringify({ problems }))
    else {
      for (const { file, elementId, severity, code, message } of problems)
        say(
          `${severity.padEnd(7)} ${file}${elementId === null ? '' : ` ${elementId}`} ${code}: ${message.zh} ${message.en}`,
        )
      const errors = problems.filter(({ severity }) => severity === 'error').length
      say(`${errors} errors, ${problems.length - errors} warnings`)
    }
    return problems.some(({ severity }) => severity === 'error') ? 1 : 0
  },
}
