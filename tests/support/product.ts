import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongoUrlOf } from './mongo-database.ts'

export interface Product {
  url: string
  dataDir: string
  process: ChildProcess
  /** Ends the process at once, as a power cut would. */
  kill(): Promise<void>
  /** Asks it to stop, as an operator would, and removes its data. */
  stop(): Promise<void>
}

export interface ProductOptions {
  /** Keeps an earlier life's data. */
  dataDir?: string
  port?: number
  env?: Record<string, string>
  /** Told of the process before it is ready, to end it while it starts. */
  onSpawn?: (child: ChildProcess) => void
}

const closed = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => {
        child.once('close', () => resolve())
      })

/**
 * The real product in a process of its own, on an empty data folder and a free port, with its sandbox provider. On
 * MongoDB when `STORE=mongodb`, in a database of its own.
 */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'retour-'))
  const mongo = process.env['STORE'] === 'mongodb' ? { MONGODB_URL: mongoUrlOf(dataDir) } : {}
  const child = spawn('node', [...serverFlags, 'server/main.ts'], {
    env: {
      ...process.env,
      PORT: String(options.port ?? 0),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      ...mongo,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  options.onSpawn?.(child)
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    const read = (text: string) => {
      output += text
      const found = /https?:\/\/[\w.:[\]]+/.exec(output)?.[0]
      if (found) resolve(found)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.once('close', (code) => reject(new Error(`the product ended with ${code} before it was ready:\n${output}`)))
  })
  return {
    url,
    dataDir,
    process: child,
    async kill() {
      child.kill('SIGKILL')
      await closed(child)
    },
    async stop() {
      child.kill('SIGTERM')
      await closed(child)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The flags of `npm start`: no code from strings, no prototype by name (reliability 8.0). */
const serverFlags = ['--disallow-code-generation-from-strings', '--disable-proto=delete']
