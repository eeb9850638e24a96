import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CommandLine } from './command.ts'
import { misuse } from './read-arguments.ts'

/** The flags of `npm start`: no code from strings, no prototype by name. */
const flags = ['--disallow-code-generation-from-strings', '--disable-proto=delete']

/** `retour start`: the server, until it is told to stop. */
export const start: CommandLine = {
  usage: 'start',
  summary: 'start the server; the environment configures it',
  run(args, say) {
    if (args.length > 0)
      return Promise.resolve(misuse(say, this.usage, `Expected nothing after start, but got "${args[0]}"`))
    const main = join(import.meta.dirname, '..', 'main.ts')
    const server = spawn(process.execPath, [...flags, main], { stdio: 'inherit' })
    // Ctrl-C reaches both; this one waits for what the server makes of it.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
    return new Promise((resolve) => server.once('close', (code) => resolve(code ?? 1)))
  },
}
