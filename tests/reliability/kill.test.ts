import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSandboxClient } from '../../server/billing/sandbox-client.ts'
import type { CaseRecord } from '../../server/cases/record.rules.ts'
import type { CreditNote } from '../../server/contract/orders.ts'
import { readJournalFiles } from '../../server/database/sqlite/journal-files.ts'
import { readPosition } from '../../server/database/sqlite/journal-position.ts'
import { openStore } from '../../server/database/store.ts'
import type { OrderRecord } from '../../server/orders/order.rules.ts'
import { findViolations } from '../../server/orders/verify.ts'
import { collections } from '../../server/product.ts'
import { replay } from '../../workflows/engine/apply.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import type { Page, Store, Stored } from '../../workflows/runtime/ports.ts'
import { findLeftovers, findStuckInstances } from '../../workflows/runtime/stuck-instances.ts'
import { resolvesIncidents, shopsAround, worksOff, type KnownOrder } from '../support/after-sales-load.ts'
import { aNewOrder, must } from '../support/an-order.ts'
import { aProductOn } from '../support/installed-product.ts'
import { aLine, patientCaller, type Asked, type Line, type PatientCaller } from '../support/patient-caller.ts'
import { startProduct, type Product } from '../support/product.ts'
import { seeded, type Dice } from '../support/seeded.ts'

const seed = Number(process.env['SEED'] ?? 20_261_125)
const kills = Number(process.env['KILLS'] ?? 32)
const port = Number(process.env['KILL_PORT'] ?? 6100)
const secret = 'shared by shop and provider'
const password = 'a phrase of my own'
const customers = 5
const ordersEach = 24

const staff: [username: string, role: string][] = [
  ['lin', 'cs-cancel'],
  ['wu', 'cs-cancel'],
  ['li', 'cs-lead'],
  ['zhou', 'cs-head'],
  ['kuai', 'finance'],
  ['cang', 'warehouse'],
]

/** Orders of every kind: small and large ones, some with goods already being picked, payments that fail in each way. */
async function fillShop(dataDir: string, dice: Dice): Promise<KnownOrder[][]> {
  const store = await openStore({ dataDir }, collections)
  const now = new Date().toISOString()
  const provider = createSandboxClient({ url: `http://127.0.0.1:${port + 1}`, secret })
  const { shop, runtime } = await aProductOn(store, { sandbox: provider }, now)
  for (let sku = 1; sku <= 6; sku += 1)
    must(
      await shop.stock.receive({
        sku: `SKU-${sku}`,
        warehouse: 'WH1',
        name: `商品${sku}`,
        document: 'OPENING',
        effect: `opening:${sku}`,
        quantity: 5000,
      }),
    )
  const known: KnownOrder[][] = []
  for (let customer = 0; customer < customers; customer += 1) {
    const mine: KnownOrder[] = []
    for (let n = 0; n < ordersEach; n += 1) {
      const orderNo = `SO261120-${String(customer * ordersEach + n + 1).padStart(4, '0')}`
      const phone = `138${String(10_000_000 + customer * 1000 + n)}`
      const unitPrice = dice.pick([9900, 25_900, 49_900, 99_900, 399_900, 2_999_900])
      const trouble = dice.pick([
        '',
        '',
        '',
        '',
        '~loseAnswer',
        '~failAfter',
        '~later',
        '~duplicateWebhooks',
        '~decline',
      ])
      const draft = aNewOrder({
        orderNo,
        lines: [
          { sku: `SKU-${dice.whole(1, 6)}`, quantity: dice.whole(1, 4), unitPrice },
          { sku: `SKU-${dice.whole(1, 6)}`, quantity: dice.whole(1, 4), unitPrice: 4900 },
        ],
        customer: { id: `C${customer + 1}`, phone, tier: dice.pick(['regular', 'silver', 'gold']) },
      })
      const payments = draft.payments.map((payment) => ({
        ...payment,
        paymentNo: `P-${orderNo}`,
        providerRef: `P-${orderNo}${trouble}`,
      }))
      const promisedShipAt = new Date(Date.parse(now) + 5 * 86_400_000).toISOString()
      must(await shop.orders.place({ ...draft, payments, promisedShipAt, placedAt: now }))
      must(
        await shop.orders.recordCapture(orderNo, 'P1', {
          eventKey: 'capture',
          amount: draft.payments[0]?.amount ?? 0,
          now,
        }),
      )
      // One after the other: under this clock, which stands still, no second attempt would ever be due.
      await runtime.settle()
      mine.push({ orderNo, phone })
    }
    known.push(mine)
  }
  for (const { orderNo } of known.flat().filter(() => dice.chance(0.2)))
    must(
      await shop.orders.startPicking(orderNo, { key: 'picking', by: 'warehouse', now, caseNo: null }, `F-${orderNo}`),
    )
  await runtime.settle()
  await runtime.stop()
  await store.close()
  return known
}

const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('close', () => resolve()))

/** The payment provider as the company it is: another process, with its own books, that may die as well. */
async function startProvider(dataDir: string): Promise<{ kill(): Promise<void> }> {
  const child = spawn('node', ['server/billing/sandbox-provider/standalone.ts'], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      SANDBOX_PORT: String(port + 1),
      SANDBOX_SECRET: secret,
      SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${port}/api/webhooks/payments/sandbox`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('close', (code) => reject(new Error(`the provider ended with ${code}`)))
  })
  return {
    async kill() {
      const over = ended(child)
      child.kill('SIGKILL')
      await over
    },
  }
}

const start = (dataDir: string, more: { port?: number; onSpawn?: (child: ChildProcess) => void } = {}) =>
  startProduct({
    dataDir,
    port,
    env: {
      RATE_LIMIT: '0',
      SANDBOX_PROVIDER: `http://127.0.0.1:${port + 1}`,
      SANDBOX_SECRET: secret,
      // A start is mostly reading the program; it is read from the cache that the first server leaves.
      NODE_COMPILE_CACHE: join(dataDir, '..', 'compiled'),
    },
    ...more,
  })

const pass = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

async function* everything<T>(store: Store, collection: string): AsyncGenerator<Stored<T>> {
  let after: string | null = null
  do {
    const page: Page<T> = await store.find<T>(collection, { limit: 500, ...(after === null ? {} : { after }) })
    yield* page.items
    after = page.next
  } while (after !== null)
}

async function allOf<T>(store: Store, collection: string): Promise<T[]> {
  const found: T[] = []
  for await (const { data } of everything<T>(store, collection)) found.push(data)
  return found
}

/** The first run over HTTP, and the people of the pack. */
async function setUp(line: Line, history: Asked[]): Promise<PatientCaller> {
  const visitor = patientCaller(line, 'visitor', history)
  const { answer, response } = await visitor.signIn('/api/setup', {
    company: '青禾商城',
    name: '陈静',
    username: 'chen',
    password,
    pack: 'after-sales',
    sampleData: false,
  })
  if (answer.status !== 200) throw new Error(`no first run: ${JSON.stringify(answer.body)}`)
  const admin = patientCaller(line, 'chen', history, sessionOf(response, answer.body))
  for (const [username, role] of staff) {
    const rest = { departmentId: null, managerId: null, email: null }
    const added = await admin.post('/api/users', { username, name: username, password, roles: [role], ...rest })
    if (added.status !== 200) throw new Error(`no user: ${JSON.stringify(added.body)}`)
  }
  return admin
}

function sessionOf(response: Response, body: Record<string, unknown>): Record<string, string> {
  const cookie = response.headers.getSetCookie().map((text) => text.split(';')[0])
  return { cookie: cookie.join('; '), 'x-retour-csrf': String(body['csrf']) }
}

/** Waits until the server has nothing left to do by itself; it is asked through a window that cannot change anything. */
async function drained(dataDir: string): Promise<void> {
  const window = new DatabaseSync(join(dataDir, 'retour.db'), { readOnly: true })
  const left = window.prepare(
    `SELECT count(*) AS n FROM jobs WHERE json_extract(data, '$.state') IN ('waiting', 'leased')
     AND (json_extract(data, '$.processInstanceId') IS NOT NULL OR json_extract(data, '$.dueAt') <= ?)`,
  )
  // What was answered stands in the journal first; its tables follow.
  const lacks = () => readJournalFiles(dataDir, readPosition(window) ?? 1).length > 0
  const deadline = Date.now() + 60_000
  const isBusy = () => lacks() || Number(left.get(new Date().toISOString())?.['n']) > 0
  try {
    while (isBusy()) {
      if (Date.now() > deadline) throw new Error('the server does not come to rest')
      await pass(100)
    }
  } finally {
    window.close()
  }
}

/** One life of the server and how it ends. */
async function live(dataDir: string, line: Line, dice: Dice, told: Record<string, number>): Promise<void> {
  if (dice.chance(0.25)) {
    // Killed while it starts, wherever it is by then.
    const moment = dice.whole(50, 900)
    await start(dataDir, { onSpawn: (child) => void pass(moment).then(() => child.kill('SIGKILL')) }).then(
      (product) => ended(product.process),
      () => undefined,
    )
    told['during start-up'] = (told['during start-up'] ?? 0) + 1
    return
  }
  const product = await start(dataDir)
  line.comesBack()
  const length = dice.logUniform(100, 1500)
  if (told['second server'] === undefined) {
    told['second server'] = 1
    await expect(start(dataDir, { port: port + 2 })).rejects.toThrow(/Another Retour server/)
  }
  await pass(length)
  // However fast or slow the machine is: it dies while somebody waits for an answer.
  for (let waited = 0; !line.isBusy() && waited < 2000; waited += 1) await pass(1)
  await pass(dice.whole(0, 20))
  line.goesDown()
  await product.kill()
}

describe('the server, killed under load', () => {
  it('keeps what it answered and does nothing twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'retour-kill-'))
    const dataDir = join(folder, 'shop')
    const dice = seeded(seed)
    const line = aLine(`http://127.0.0.1:${port}`)
    const history: Asked[] = []
    let provider = await startProvider(join(folder, 'provider'))
    let product: Product | null = await start(dataDir)
    onTestFinished(async () => {
      await product?.kill()
      await provider.kill()
      rmSync(folder, { recursive: true, force: true })
    })

    // Given a shop with people, and orders in every state
    const admin = await setUp(line, history)
    line.goesDown()
    const stopped = ended(product.process)
    product.process.kill('SIGTERM')
    await stopped
    product = null
    const orders = await fillShop(dataDir, dice)

    // When customers and staff work while the server dies again and again, and the provider too
    let over = false
    const isOver = () => over
    const faults: unknown[] = []
    const clients = [
      ...orders.map((mine, n) =>
        shopsAround(patientCaller(line, `customer-${n}`, history), mine, seeded(seed + n), isOver),
      ),
      ...staff.map(async ([username], n) => {
        const visitor = patientCaller(line, username, history)
        const { answer, response } = await visitor.signIn('/api/session', { username, password })
        if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${JSON.stringify(answer.body)}`)
        const signedIn = patientCaller(line, username, history, sessionOf(response, answer.body))
        return worksOff(signedIn, seeded(seed + 100 + n), isOver)
      }),
    ].map((client) => client.catch((error: unknown) => faults.push(error)))
    const told: Record<string, number> = {}
    let providerKills = 0
    for (let life = 0; life < kills && faults.length === 0; life += 1) {
      if (dice.chance(0.15)) {
        await provider.kill()
        provider = await startProvider(join(folder, 'provider'))
        providerKills += 1
      }
      await live(dataDir, line, dice, told)
    }
    product = await start(dataDir)
    line.comesBack()
    over = true
    line.tell()
    await Promise.all(clients)
    expect(faults).toEqual([])
    await drained(dataDir)
    // A step that three kills hit is left to a person (R13): she lets it try again.
    const resolved = await resolvesIncidents(admin)
    await drained(dataDir)

    // Then everybody gets the same answer once more
    const answered = history.filter(({ answer }) => answer?.status === 200)
    const repeater = patientCaller(line, 'repeater', [])
    const changed: unknown[] = []
    for (const asked of answered) {
      const again = await repeater.again(asked)
      if (JSON.stringify(again) !== JSON.stringify(asked.answer)) changed.push([asked, again])
    }
    const inspection = await fetch(`http://127.0.0.1:${port + 1}/v1/inspection`)
    const paid = (await inspection.json()) as { refunds: { key: string; state: string; effective: number }[] }
    expect(changed).toEqual([])

    // And the books agree, read while nobody works
    await product.kill()
    product = null
    const store = await openStore({ dataDir }, collections)
    const cases = await allOf<CaseRecord>(store, 'cases')
    const allOrders = await allOf<OrderRecord>(store, 'orders')
    const report = await wrongIn(store, cases, allOrders, history, paid.refunds)
    await store.close()

    const unanswered = history.filter(({ cut }) => cut > 0)
    process.stdout.write(
      `kill: seed ${seed}, ${kills} kills (${told['during start-up'] ?? 0} during start-up), ${providerKills} of the provider, ` +
        `${history.length} commands, ${answered.length} done, ${unanswered.length} asked again after a kill, ${cases.length} cases, ${resolved} steps left to the admin ` +
        `(${JSON.stringify(countBy(cases.map(({ state }) => state)))}), ${paid.refunds.length} refunds\n`,
    )
    expect(report).toEqual([])
    // There was work in hand when the server died, also on a slow machine.
    expect(cases.length).toBeGreaterThan(10)
    expect(unanswered.length).toBeGreaterThan(8)
  })
})

function countBy(words: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** Everything that is not as it must be (reliability I1-I20, as far as the story goes); each as a line to read. */
async function wrongIn(
  store: Store,
  cases: CaseRecord[],
  orders: OrderRecord[],
  history: Asked[],
  paid: { key: string; state: string; effective: number }[],
): Promise<string[]> {
  const wrong: string[] = []
  const say = (what: string, subject: unknown) => wrong.push(`${what}: ${JSON.stringify(subject)}`)

  for (const violation of await findViolations(store)) say('a broken rule', violation)
  for (const instance of await findStuckInstances(store)) say('nothing moves it', instance)
  for (const instance of await findLeftovers(store)) say('ended with work left', instance)

  // Every opened case is there under its number, and no other is.
  const done = history.filter(({ answer }) => answer?.status === 200)
  const opened = done.filter(({ path }) => path === '/api/public/cancellations')
  const numbers = opened.map(({ answer }) => String(answer?.body['caseNo'])).toSorted()
  const stored = cases.map(({ caseNo }) => caseNo).toSorted()
  if (new Set(numbers).size !== numbers.length) say('one number for two commands', numbers)
  for (const number of numbers) if (!stored.includes(number)) say('an answered case is lost', number)
  for (const number of stored) if (!numbers.includes(number)) say('a case that nobody was answered', number)

  // Who was told that the request is withdrawn has a withdrawn case; who was refused has not.
  const withdrawn = done.filter(({ path }) => path.endsWith('/withdraw')).map(({ answer }) => answer?.body['caseNo'])
  for (const { caseNo, state } of cases)
    if ((state === 'withdrawn') !== withdrawn.includes(caseNo)) say(`withdrawal not as answered`, { caseNo, state })

  // A task that was done is answered so to the one who did it.
  const handled = (await allOf<TaskDocument>(store, 'tasks')).filter(
    ({ state, closedBy }) => state === 'closed' && closedBy,
  )
  for (const { taskId, closedBy } of handled) {
    const acts = history.filter(
      ({ by, path }) => by === closedBy && path === `/api/tasks/${encodeURIComponent(taskId)}/acts`,
    )
    if (acts.length > 0 && !acts.some(({ answer }) => answer?.status === 200))
      say('done, but refused to the one who did it', acts)
  }

  // The provider paid once what the ledger has, and nothing else (I4).
  const operations = orders.flatMap(({ refunds }) => refunds)
  const byKey = new Map(paid.map((refund) => [refund.key, refund]))
  for (const { idempotencyKey, state, id } of operations) {
    const effective = byKey.get(idempotencyKey)?.effective ?? 0
    if (effective !== (state === 'succeeded' ? 1 : 0)) say('ledger and provider differ', { id, state, effective })
  }
  for (const { key, effective } of paid)
    if (effective > 0 && !operations.some(({ idempotencyKey }) => idempotencyKey === key))
      say('paid without an order', key)

  // What an executed case asked for was canceled once, and of no other case.
  for (const { caseNo, state, orderNo } of cases) {
    const order = orders.find((candidate) => candidate.orderNo === orderNo)
    const changes = order?.changes.filter((change) => change.what === 'canceled' && change.caseNo === caseNo) ?? []
    const expected = opened.find(({ answer }) => answer?.body['caseNo'] === caseNo)?.body as
      { lines: { quantity: number }[] } | undefined
    const quantity = changes.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.quantity, 0)
    const wanted = expected?.lines[0]?.quantity ?? 0
    if (changes.length > 1 || (changes.length === 1 && quantity !== wanted)) say('canceled twice', { caseNo, changes })
    if (state === 'executed' && changes.length !== 1) say('executed, but nothing is canceled', { caseNo, orderNo })
    if (['rejected', 'withdrawn'].includes(state) && changes.length > 0)
      say('canceled without an agreement', { caseNo })
  }

  // One credit note for each refund that was paid for an ended case.
  const notes = await allOf<CreditNote>(store, 'creditNotes')
  const noted = countBy(notes.map(({ refundNo }) => refundNo))
  for (const [refundNo, count] of Object.entries(noted)) if (count > 1) say('two credit notes of one refund', refundNo)
  for (const { caseNo, state } of cases.filter((found) => found.state === 'executed'))
    for (const operation of operations.filter((found) => found.caseNo === caseNo && found.state === 'succeeded'))
      if (noted[operation.refundNo] !== 1) say('no credit note', { caseNo, state, refundNo: operation.refundNo })

  // History tells every state (I11), and every command left one line in the audit.
  const { runtime } = await aProductOn(store, {})
  for await (const { id, data } of everything<ProcessInstance>(store, 'instances')) {
    const rebuilt = replay(structuredClone(await runtime.history(id)))
    if (JSON.stringify(rebuilt) !== JSON.stringify(data)) say('history and state differ', id)
  }
  await runtime.stop()
  const audited = (await allOf<{ action: string }>(store, 'audit')).filter(({ action }) => / \/api\//.test(action))
  if (audited.length !== done.length) say('audit entries', { audited: audited.length, done: done.length })
  return wrong
}
