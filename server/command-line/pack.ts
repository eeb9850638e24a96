import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Refusal } from '../../workflows/model/problem.ts'
import type { Packs } from '../packs/install.ts'
import type { CommandLine } from './command.ts'
import { withProduct } from './open-product.ts'

type Say = (line: string) => void

const usage = 'pack list | install <pack> [--sample-data] | export <pack> <folder>'

/** `npx retour pack`: works on the data that the environment names, while no server runs on it. */
export const pack: CommandLine = {
  usage,
  summary: 'list, install and export packs',
  async run(args, say) {
    const options = args.filter((arg) => arg.startsWith('--'))
    const [deed, id, folder] = args.filter((arg) => !arg.startsWith('--'))
    const unknown = options.find((option) => option !== '--sample-data')
    if (unknown !== undefined) return misuse(say, `there is no option ${unknown}`)
    if (deed === 'list' && id === undefined) return withProduct(({ packs }) => list(packs, say))
    if (deed === 'install' && id !== undefined && folder === undefined)
      return withProduct(({ packs }) => install(packs, id, options.includes('--sample-data'), say))
    if (deed === 'export' && id !== undefined && folder !== undefined)
      return withProduct(({ packs }) => write(packs, id, folder, say))
    return misuse(say, 'expected what to do with which pack')
  },
}

function misuse(say: Say, what: string): number {
  say(`retour pack: ${what}`)
  say(`Usage: npx retour ${usage}`)
  return 2
}

async function list(packs: Packs, say: Say): Promise<number> {
  for (const { id, version, name, installed } of await packs.list()) {
    const state = installed === null ? 'not installed' : `installed ${installed.at} by ${installed.by}`
    say(`${id} ${version}  ${name.zh} / ${name.en}  ${state}`)
  }
  return 0
}

async function install(packs: Packs, id: string, sampleData: boolean, say: Say): Promise<number> {
  const started = Date.now()
  const told = new Set<string>()
  const result = await packs.install(id, {
    sampleData,
    by: 'command-line',
    progress: ({ step, done, total }) => {
      const line = `${step} ${Math.floor((100 * done) / Math.max(1, total) / 25) * 25} %`
      if (!told.has(line)) say(line)
      told.add(line)
    },
  })
  if (!result.ok) return refused(result.refusal, say)
  say(`${id} is installed (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  return 0
}

async function write(packs: Packs, id: string, folder: string, say: Say): Promise<number> {
  const exported = await packs.exported(id)
  if (!exported.ok) return refused(exported.refusal, say)
  for (const { path, content } of exported.value.files) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  say(`${exported.value.files.length} files written to ${folder}`)
  return 0
}

function refused({ code, message }: Refusal, say: Say): number {
  say(`${code}: ${message.zh} ${message.en}`)
  return 1
}
