import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/** What a trial of `http-rows.ts` asks of this thread, which stands for fifty browsers. */
export interface HttpTrial {
  port: number
  headers: Record<string, string>
  connections: number
  requests: number
  /** Makes keys and bodies of one trial its own. */
  trial: number
}

export interface HttpTrialResult {
  perSecond: number
  /** Milliseconds within which 99 of 100 answers came. */
  p99: number
}

const { port, headers, connections, requests, trial } = workerData as HttpTrial
const fixed = Object.entries(headers)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

/** One command over a connection that stays open; its time in milliseconds. Plain sockets, so that the server is what is measured. */
function command(socket: ReturnType<typeof connect>, number: number): Promise<number> {
  const body = JSON.stringify({ amount: 300, orderNo: `SO-${trial}-${String(number).padStart(7, '0')}` })
  const began = performance.now()
  return new Promise((resolve, reject) => {
    let text = ''
    const read = (chunk: string) => {
      text += chunk
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
      const isWhole = length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + Number(length)
      if (!isWhole) return
      socket.off('data', read)
      if (text.startsWith('HTTP/1.1 200')) resolve(performance.now() - began)
      else reject(new Error(text))
    }
    socket.on('data', read)
    socket.write(
      `POST /api/bench/start HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fixed}Content-Type: application/json\r\n` +
        `Idempotency-Key: bench-${trial}-${number}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
  })
}

async function run(): Promise<HttpTrialResult> {
  const times: number[] = []
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay(true)
      await new Promise((resolve) => socket.once('connect', resolve))
      while (next < requests) times.push(await command(socket, (next += 1)))
      socket.destroy()
    }),
  )
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  return { perSecond: times.length / seconds, p99: times[Math.floor(times.length * 0.99)] ?? 0 }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(await run())
