import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import Type from 'typebox'
import { createSystemClock } from '../../server/clock.ts'
import { readConfig } from '../../server/config.ts'
import { openStore } from '../../server/database/store.ts'
import { createDiskBlobs } from '../../server/files/blobs.ts'
import { defineRoute } from '../../server/http/route.ts'
import type { AnyRoute } from '../../server/http/route.ts'
import { createIds } from '../../server/ids.ts'
import { silentLog } from '../../server/log.ts'
import { assembleProduct, collections } from '../../server/product.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import type { HttpTrial, HttpTrialResult } from './http-client.ts'
import { least, most, rowOf, trialsOf } from './measure.ts'
import type { Group } from './measure.ts'
import { reference } from './runtime.ts'

/** Starts the reference process: a command like every other, behind the whole pipeline of the product. */
const startRoute = (runtime: () => Runtime): AnyRoute =>
  defineRoute({
    method: 'POST',
    path: '/api/bench/start',
    summary: 'Starts the reference process',
    tag: 'bench',
    authorize: { allow: 'signed-in' },
    command: true,
    body: Type.Object({ amount: Type.Integer(), orderNo: Type.String() }),
    response: Type.Object({ processInstanceId: Type.String() }),
    handle: ({ body, actor }) =>
      runtime().start({
        processId: 'reference',
        processInstanceId: body.orderNo,
        businessKey: body.orderNo,
        initiator: actor.kind === 'user' ? actor.userId : 'system',
        variables: body,
      }),
  })

/** The product as it listens, with a person signed in. */
async function openProduct() {
  const dataDir = mkdtempSync(join(tmpdir(), 'retour-http-'))
  const store = await openStore({ dataDir }, collections, { inThread: true })
  let started: Runtime | null = null
  const product = await assembleProduct({
    config: readConfig({ DATA_DIR: dataDir, RATE_LIMIT: '0' }),
    store,
    blobs: createDiskBlobs(join(dataDir, 'files')),
    clock: createSystemClock(Date.now),
    ids: createIds(Date.now),
    scheduler: {
      after: (milliseconds, run) => {
        const handle = setTimeout(run, milliseconds)
        return { cancel: () => clearTimeout(handle) }
      },
    },
    log: silentLog,
    runner: { id: 'bench', alone: true },
    providers: {},
    packsFolder: join(import.meta.dirname, '../../templates'),
    passwordCost: { memory: 8, passes: 1, parallelism: 1 },
    clientFolder: null,
    version: 'bench',
    checkAnswers: false,
    processMetrics: false,
    extraRoutes: [
      startRoute(() => {
        if (!started) throw new Error('not yet')
        return started
      }),
    ],
  })
  const { runtime } = product.business
  started = runtime
  const published = await runtime.publish([{ kind: 'process', content: reference }], 'bench')
  if (!published.ok) throw new Error(published.refusal.message.en)
  const by = { system: 'bench' }
  const user = { username: 'li', name: 'li', password: 'correct horse battery', email: null }
  const created = await product.identity.createUser({ ...user, roles: [], departmentId: null, managerId: null }, by)
  if (!created.ok) throw new Error(created.refusal.message.en)
  product.run()
  const server = createServer(product.app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { token } = await product.sessions.open('li')
  const cookie = `retour=${token}`
  const answer = await fetch(`http://127.0.0.1:${port}/api/session`, { headers: { cookie } })
  const { csrf } = (await answer.json()) as { csrf: string }
  return {
    port,
    headers: { Cookie: cookie, 'X-Retour-Csrf': csrf },
    async close() {
      await product.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await store.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

function trialOf(workerData: HttpTrial): Promise<HttpTrialResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'http-client.ts'), { workerData })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** Starts over HTTP, fifty connections at once: session, proof of the page, idempotency and audit included. */
export const httpRows: Group = {
  rows: ['http.start50', 'http.start50.p99'],
  async measure({ quick, trials }) {
    const requests = quick ? 3000 : 10_000
    const { port, headers, close } = await openProduct()
    let trial = 0
    const results = await trialsOf(trials + 1, () =>
      trialOf({ port, headers, connections: 50, requests, trial: (trial += 1) }),
    )
    await close()
    // The first one warms up.
    const [, ...counted] = results
    return [
      rowOf(
        'http.start50',
        'per second',
        counted.map(({ perSecond }) => perSecond),
        least(6000),
      ),
      rowOf(
        'http.start50.p99',
        'milliseconds',
        counted.map(({ p99 }) => p99),
        most(12),
      ),
    ]
  },
}
