import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createSandboxClient } from '../../../server/billing/sandbox-client.ts'
import { startSandboxProvider } from '../../../server/billing/sandbox-provider/sandbox-provider.ts'

const secret = 'a shared secret'
let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'retour-sandbox-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true })
})

async function aProvider(webhookUrl: string | null = null) {
  const provider = await startSandboxProvider({ dataDir, port: 0, webhookUrl, secret })
  onTestFinished(() => provider.close())
  return { provider, client: createSandboxClient({ url: provider.url, secret, timeoutMs: 2000 }) }
}

const refund = (key: string, amount = 100) => ({
  key,
  paymentRef: 'PAY-1',
  paymentAmount: 250,
  amount,
  currency: 'CNY',
  orderNo: 'SO-1',
})

/** Collects what is posted; answers with each status in turn, then 200. */
async function aReceiver(...statuses: number[]) {
  const received: { headers: IncomingMessage['headers']; body: Buffer }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks) })
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received }
}

describe('the sandbox provider', () => {
  it('pays once per key, however often it is asked', async () => {
    const { client } = await aProvider()

    const answers = await Promise.all(Array.from({ length: 10 }, () => client.refund(refund('k1'))))

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ kind: 'succeeded' })
  })

  it('declines a key that comes with another refund, and more than the payment took', async () => {
    const { client } = await aProvider()
    await client.refund(refund('k1', 200))

    expect(await client.refund(refund('k1', 10))).toMatchObject({ kind: 'declined' })
    expect(await client.refund(refund('k2', 51))).toMatchObject({ kind: 'declined', reason: '超过可退金额' })
    expect(await client.refund(refund('k3', 50))).toMatchObject({ kind: 'succeeded' })
  })

  it('knows nothing of a key that it never saw', async () => {
    const { client } = await aProvider()

    expect(await client.query('never')).toEqual({ kind: 'absent' })
  })

  it('behaves as the payment reference says when there is no rule', async () => {
    const { client } = await aProvider()

    expect(await client.refund({ ...refund('k1'), paymentRef: 'PAY-2~decline' })).toMatchObject({ kind: 'declined' })
  })

  it('remembers across a kill what it paid, lost answer and all', async () => {
    const start = () => {
      const child = spawn(process.execPath, ['server/billing/sandbox-provider/standalone.ts'], {
        env: { ...process.env, DATA_DIR: dataDir, SANDBOX_SECRET: secret },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      return new Promise<{ url: string; kill: () => Promise<unknown> }>((resolve) =>
        child.stdout.once('data', (line: Buffer) =>
          resolve({
            url: line.toString().trim().split(' ').at(-1) ?? '',
            kill: () => {
              const gone = new Promise((done) => child.once('exit', done))
              child.kill('SIGKILL')
              return gone
            },
          }),
        ),
      )
    }
    const first = await start()
    const lost = await createSandboxClient({ url: first.url, secret }).refund({
      ...refund('k1'),
      paymentRef: 'PAY-3~loseAnswer',
    })
    await first.kill()

    const second = await start()
    const client = createSandboxClient({ url: second.url, secret })

    expect(lost.kind).toBe('unknown')
    expect(await client.query('k1')).toMatchObject({ kind: 'succeeded' })
    expect(await client.refund({ ...refund('k1'), paymentRef: 'PAY-3~loseAnswer' })).toMatchObject({
      kind: 'succeeded',
    })
  })
})

describe('its webhooks', () => {
  it('are signed, and sent again until they are taken', async () => {
    const receiver = await aReceiver(500, 503)
    const { client } = await aProvider(receiver.url)

    await client.refund(refund('k1'))
    await expect.poll(() => receiver.received.length, { timeout: 5000 }).toBe(3)

    const [first, , last] = receiver.received
    expect(first?.body.equals(last?.body ?? Buffer.alloc(0))).toBe(true)
    expect(client.signed(last?.headers ?? {}, last?.body ?? Buffer.alloc(0), new Date().toISOString())).toBe(true)
    expect(client.readEvent(JSON.parse(String(last?.body)))).toMatchObject({
      kind: 'refund.succeeded',
      subject: 'k1',
      amount: 100,
    })
  })

  it('come three times when told to', async () => {
    const receiver = await aReceiver()
    const { client } = await aProvider(receiver.url)

    await client.refund({ ...refund('k1'), paymentRef: 'PAY-4~duplicateWebhooks' })

    await expect.poll(() => receiver.received.length, { timeout: 5000 }).toBe(3)
  })
})

describe('a provider that cannot be understood', () => {
  it.each([
    ['HTML instead of JSON', '<html>'],
    ['an array', '[]'],
    ['an unknown state', '{"state":"maybe"}'],
    ['an endless answer', `{"state":"succeeded","x":"${'x'.repeat(70_000)}"}`],
  ])('is unknown, never paid or failed: %s', async (_what, body) => {
    // reliability API10
    const server = createServer((_, response) => void response.end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

    expect(await createSandboxClient({ url, secret }).refund(refund('k1'))).toMatchObject({ kind: 'unknown' })
  })

  it('is unknown when nobody answers', async () => {
    const client = createSandboxClient({ url: 'http://127.0.0.1:9', secret, timeoutMs: 300 })

    expect(await client.refund(refund('k1'))).toMatchObject({ kind: 'unknown' })
    expect(await client.query('k1')).toMatchObject({ kind: 'unknown' })
  })
})
