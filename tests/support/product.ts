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

export interface SignedIn {
  cookie: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  put<T>(path: string, body?: unknown): Promise<T>
}

/** The admin of a first run in tests. */
export const firstAdmin = { username: 'admin', password: 'a-long-first-password' }

/** Does the first run over HTTP: company, admin, pack with or without sample data. */
export async function firstRun(product: Product, options: { sampleData?: boolean } = {}): Promise<SignedIn> {
  return opened(product, '/api/setup', {
    company: '山屿家居',
    name: '周明元',
    ...firstAdmin,
    pack: 'after-sales',
    sampleData: options.sampleData ?? true,
  })
}

/** Signs a colleague in. */
export const signIn = (product: Product, who: { username: string; password: string }): Promise<SignedIn> =>
  opened(product, '/api/session', who)

async function opened(product: Product, path: string, body: unknown): Promise<SignedIn> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
  const send = async (method: string, target: string, content?: unknown) => {
    const answer = await fetch(`${product.url}${target}`, {
      method,
      headers: { ...headers, 'idempotency-key': crypto.randomUUID() },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${target} answered ${answer.status}: ${text.slice(0, 500)}`)
    return { answer, data: JSON.parse(text) as unknown }
  }
  const { answer, data } = await send('POST', path, body)
  const cookie = /retour=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? ''
  headers['cookie'] = `retour=${cookie}`
  headers['x-retour-csrf'] = (data as { csrf: string }).csrf
  return {
    cookie,
    get: async <T>(target: string) => (await send('GET', target)).data as T,
    post: async <T>(target: string, content?: unknown) => (await send('POST', target, content)).data as T,
    put: async <T>(target: string, content?: unknown) => (await send('PUT', target, content)).data as T,
  }
}
