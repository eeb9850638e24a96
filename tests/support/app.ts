import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import supertest from 'supertest'
import { onTestFinished } from 'vitest'
import type { PaymentProvider } from '../../server/billing/provider.ts'
import { readConfig, type Config } from '../../server/config.ts'
import type { Session } from '../../server/contract/identity.ts'
import { openStore } from '../../server/database/store.ts'
import type { AnyRoute } from '../../server/http/route.ts'
import { freshMongoUrl } from './mongo-database.ts'
import { createDiskBlobs } from '../../server/files/blobs.ts'
import { silentLog } from '../../server/log.ts'
import { assembleProduct, collections, type Product } from '../../server/product.ts'
import type { Log, Scheduler, Store } from '../../workflows/runtime/ports.ts'

/** A clock that stands still until the test moves it; what is scheduled on it happens then, in order. */
export interface TestClock {
  now(): string
  set(instant: string): void
  /** Forward by milliseconds. */
  advance(milliseconds: number): void
  after: Scheduler['after']
}

export function aClock(start = '2026-11-25T02:00:00.000Z'): TestClock {
  let at = Date.parse(start)
  let waiting: { due: number; run: () => void }[] = []
  const moveTo = (target: number) => {
    for (;;) {
      const [next] = waiting.filter(({ due }) => due <= target).sort((a, b) => a.due - b.due)
      if (!next) break
      waiting = waiting.filter((other) => other !== next)
      at = Math.max(at, next.due)
      next.run()
    }
    at = target
  }
  return {
    now: () => new Date(at).toISOString(),
    set: (instant) => moveTo(Date.parse(instant)),
    advance: (milliseconds) => moveTo(at + milliseconds),
    after(milliseconds, run) {
      const entry = { due: at + milliseconds, run }
      waiting.push(entry)
      return { cancel: () => (waiting = waiting.filter((other) => other !== entry)) }
    },
  }
}

/** Counting ids: readable, ordered, the same in every run. */
export function someIds(prefix = 'id'): { next(): string } {
  let last = 0
  return { next: () => `${prefix}-${String((last += 1)).padStart(6, '0')}` }
}

type Agent = ReturnType<typeof supertest.agent>
type Test = ReturnType<Agent['get']>

/** One caller of the app: the helpers send what a page of ours would send along. */
export interface Caller {
  get(path: string): Test
  post(path: string, body?: unknown): Test
  put(path: string, body?: unknown): Test
  patch(path: string, body?: unknown): Test
  delete(path: string): Test
  /** A command with its own key, or with the one given. */
  command(path: string, body?: unknown, key?: string): Test
}

export interface TestApp extends Product {
  /** Where it listens. */
  url: string
  store: Store
  clock: TestClock
  config: Readonly<Config>
  /** Nobody signed in. */
  anonymous: Caller
  /** Signed in as this user, who is created with these roles when he does not exist. */
  as(
    username: string,
    options?: { roles?: string[]; departmentId?: string | null; managerId?: string | null },
  ): Promise<Caller>
  /** Holder of a private link. */
  withCapability(token: string): Caller
  /** A new idempotency key. */
  key(): string
}

export interface AppOptions {
  /** Where the test clock starts. */
  now?: string
  routes?: AnyRoute[]
  environment?: Record<string, string>
  /** Payment providers by name; none by default. */
  providers?: Readonly<Record<string, PaymentProvider>>
  log?: Log
  dataDir?: string
}

export const PASSWORD = 'correct horse battery'

/**
 * The whole product on a real store in a folder of its own, with a clock that the test moves. On SQLite, or with
 * STORE=mongodb on the server that MONGODB_URL names. Cleans up when the test is over.
 */
export async function anApp(options: AppOptions = {}): Promise<TestApp> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'retour-'))
  const config = readConfig({ DATA_DIR: dataDir, RATE_LIMIT: '100000', ...options.environment })
  const clock = aClock(options.now)
  const ids = someIds()
  const location = process.env['STORE'] === 'mongodb' ? { mongoUrl: freshMongoUrl() } : { dataDir }
  const store = await openStore(location, collections)
  const product = await assembleProduct({
    config,
    store,
    blobs: createDiskBlobs(join(dataDir, 'files')),
    clock,
    ids,
    scheduler: clock,
    log: options.log ?? silentLog,
    runner: { id: 'test', alone: true },
    providers: options.providers ?? {},
    packsFolder: join(import.meta.dirname, '..', '..', 'templates'),
    passwordCost: { memory: 8, passes: 1, parallelism: 1 },
    clientFolder: null,
    version: '0.0.0-test',
    checkAnswers: true,
    processMetrics: false,
    extraRoutes: options.routes ?? [],
  })
  const server = createServer(product.app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    await product.stop()
    server.closeAllConnections()
    server.close()
    await store.close()
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
  })

  let keys = 0
  const key = () => `key-${String((keys += 1)).padStart(8, '0')}`

  return {
    ...product,
    url,
    store,
    clock,
    config,
    key,
    anonymous: caller(supertest.agent(url), {}, key),
    withCapability: (token) => caller(supertest.agent(url), { 'X-Retour-Capability': token }, key),
    async as(username, { roles = ['admin'], departmentId = null, managerId = null } = {}) {
      const by = { system: 'test' }
      for (const role of roles) {
        if (!product.directory.roles().some((known) => known.key === role)) {
          await product.identity.putRole({ key: role, name: { zh: role, en: role }, does: '' }, by)
        }
      }
      if (!(await product.identity.user(username))) {
        const user = { username, name: username, password: PASSWORD, roles, departmentId, managerId, email: null }
        const created = await product.identity.createUser(user, by)
        if (!created.ok) throw new Error(created.refusal.message.en)
      }
      const { token } = await product.sessions.open(username)
      const cookie = `${config.secure ? '__Host-retour' : 'retour'}=${token}`
      const session = await supertest(url).get('/api/session').set('Cookie', cookie)
      const { csrf } = session.body as Session
      return caller(supertest.agent(url), { Cookie: cookie, 'X-Retour-Csrf': csrf }, key)
    },
  }
}

function caller(agent: Agent, headers: Record<string, string>, key: () => string): Caller {
  const send = (test: Test, body?: unknown) => {
    const sent = test.set(headers)
    return body === undefined ? sent : sent.set('Content-Type', 'application/json').send(body as object)
  }
  return {
    get: (path) => send(agent.get(path)),
    post: (path, body) => send(agent.post(path), body),
    put: (path, body) => send(agent.put(path), body),
    patch: (path, body) => send(agent.patch(path), body),
    delete: (path) => send(agent.delete(path)),
    command: (path, body, given = key()) => send(agent.post(path), body).set('Idempotency-Key', given),
  }
}
