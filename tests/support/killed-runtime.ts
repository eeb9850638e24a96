import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a runtime in a process of its own is asked; the same words are the same command. */
export type Asked =
  | { kind: 'publish' | 'tasks' | 'incidents' | 'active' }
  | { kind: 'start'; id: string; damaged: boolean; lines: string[] }
  | { kind: 'message'; id: string; orderNo: string }
  | { kind: 'complete' | 'signal' | 'cancel' | 'resolve'; id: string }

export interface Answer {
  ok: boolean
  code?: string
  value?: string[] | number
}

export type Told = ({ n: number } & Answer) | { state: 'loaded' | 'ready' }

/** One life of a runtime. */
export interface RuntimeProcess {
  /** Its program is read; it has not touched the data yet. */
  loaded: Promise<void>
  /** Opens the data folder; resolves when it takes commands, never when it dies before. */
  go(): Promise<void>
  /** Null when it died without an answer. */
  ask(asked: Asked): Promise<Answer | null>
  /** At once, as a power cut would; resolves when it is gone. */
  kill(): Promise<void>
  /** It ended by itself, which it must not; what it wrote is in here. */
  complaint(): string | null
}

/** Starts one that waits to be told to open the folder: reading a program takes longer than most lives. */
export function spawnRuntime(program: string, dataDir: string, compileCache: string): RuntimeProcess {
  const child = spawn('node', [program, dataDir], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaints = ''
  let killed = false
  let count = 0
  const open = new Map<number, (answer: Answer | null) => void>()
  const reached = { loaded: () => {}, ready: () => {} }
  const loaded = new Promise<void>((resolve) => (reached.loaded = resolve))
  const ready = new Promise<void>((resolve) => (reached.ready = resolve))
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      for (const answer of open.values()) answer(null)
      open.clear()
      reached.loaded()
      resolve()
    })
  })
  child.stdin.on('error', () => {})
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  createInterface({ input: child.stdout }).on('line', (line) => {
    // What a kill cuts off in the middle of its line was not said.
    if (!line.endsWith('}')) return
    const told = JSON.parse(line) as Told
    if ('state' in told) return reached[told.state]()
    open.get(told.n)?.(told)
    open.delete(told.n)
  })
  return {
    loaded,
    go() {
      child.stdin.write('go\n')
      return ready
    },
    ask: (asked) =>
      new Promise((answer) => {
        if (child.exitCode !== null || child.signalCode !== null) return answer(null)
        const n = (count += 1)
        open.set(n, answer)
        child.stdin.write(`${JSON.stringify({ n, asked })}\n`)
      }),
    async kill() {
      killed = true
      child.kill('SIGKILL')
      await gone
    },
    complaint: () =>
      complaints !== '' ? complaints : child.exitCode !== null && !killed ? `ended with ${child.exitCode}` : null,
  }
}
