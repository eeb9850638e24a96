import type { Identity } from '../identity/identity.ts'
import type { Customers } from '../customers/customers.ts'
import type { Orders } from '../orders/orders.ts'
import type { Products } from '../products/products.ts'
import type { Stock } from '../stock/stock.ts'
import { ok, refuse, type Result } from '../../workflows/model/problem.ts'
import type { Runtime, TaskDocument } from '../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../workflows/runtime/memory-store.ts'
import type { Clock, CollectionSpec, FollowUp, Page, Store } from '../../workflows/runtime/ports.ts'
import type { InstallSample, ReportProgress } from './install.ts'
import { planSample } from './sample-plan.rules.ts'
import type { CaseEvent, OrderEvent, PlannedAct, PlannedCase, SamplePlan, SampleSpec } from './sample-spec.rules.ts'

/** The real domains and the real runtime, under a clock that only the sample moves. */
export interface SampleWorld {
  customers: Customers
  products: Products
  stock: Stock
  orders: Orders
  runtime: Runtime
  openCase(planned: PlannedCase, key: string): Promise<Result<{ caseNo: string; processInstanceId: string }>>
  close(): Promise<void>
}

export interface SampleDependencies {
  store: Store
  identity: Pick<Identity, 'createUser' | 'putDepartment' | 'user'>
  clock: Clock
  timeZone: string
  /** Every collection of the product. */
  collections: readonly CollectionSpec[]
  /** Puts the domains together once more, with this clock and this store; nothing else runs meanwhile. */
  assemble(clock: Clock, store: Store): Promise<SampleWorld>
}

/** How far the sample of a pack is; collection `packs`, id `<pack>-sample`. */
interface SampleState {
  id: string
  /** The instant that everything is reckoned from. */
  base: string
  /** What was there before, `collection/id`. */
  known: string[]
  /** Batches that were carried over; from the first on the shop is not empty any more. */
  carried: number
  done: boolean
}

/**
 * Fills an empty shop: people, goods, customers, and orders whose every step goes through the order domain; then cases
 * by feeding scripted answers to the real processes under a virtual clock, so that histories, ledgers and stock agree.
 * Three months are lived in memory and carried over at the end, because a disk would be waited for thousands of times.
 * An installation that breaks off is told again from the same instant, so what was carried already is the same.
 */
export function createSampleInstaller(dependencies: SampleDependencies): InstallSample {
  return async (pack, _by, progress) => {
    const { store, clock: present, timeZone, collections } = dependencies
    const id = `${pack.manifest.id}-sample`
    const before = (await store.load<SampleState>('packs', id))?.data
    if (before?.done) return ok(null)
    if (!before?.carried && (await store.count('orders')) > 0) return notEmpty()
    const spec = pack.sample as unknown as SampleSpec
    const people = await hirePeople(dependencies, spec, progress)
    if (!people.ok) return people

    const begun = before?.carried ? before : null
    const state: SampleState = begun ?? { id, base: present.now(), known: [], carried: 0, done: false }
    const plan = planSample(spec, state.base, pack.manifest.version, timeZone)
    let now = plan.timeline[0]?.at ?? state.base
    const clock = {
      now: () => now,
      move: (at: string) => {
        if (at > now) now = at
      },
    }
    const memory = createMemoryStore(collections)
    if (begun) for (const name of state.known) await copyOne(store, memory, name)
    else state.known = await copyAll(store, memory, collections)
    const world = await dependencies.assemble(clock, memory)
    try {
      const filled = await fillShelves(world, plan, spec, progress)
      if (!filled.ok) return filled
      const lived = await live(memory, world, plan, clock, state.base, progress)
      if (!lived.ok) return lived
    } finally {
      await world.close()
    }
    await carryOver(memory, store, collections, state)
    return ok(null)
  }
}

/** Small enough that what follows from one commit fits into one document of MongoDB. */
const atOnce = 200

async function* everything(store: Store, collections: readonly CollectionSpec[]) {
  for (const { name } of collections) {
    let after: string | null = null
    do {
      const page: Page<unknown> = await store.find(name, { limit: atOnce, ...(after === null ? {} : { after }) })
      for (const { id, data } of page.items) yield { collection: name, id, data }
      after = page.next
    } while (after !== null)
  }
}

const write = (to: Store, collection: string, id: string, data: unknown) =>
  to.commit({ aggregate: { collection, id, expectedVersion: 0, data }, followUps: [] })

async function copyAll(from: Store, to: Store, collections: readonly CollectionSpec[]): Promise<string[]> {
  const names: string[] = []
  for await (const { collection, id, data } of everything(from, collections)) {
    await write(to, collection, id, data)
    names.push(`${collection}/${id}`)
  }
  return names
}

async function copyOne(from: Store, to: Store, name: string): Promise<void> {
  const slash = name.indexOf('/')
  const [collection, id] = [name.slice(0, slash), name.slice(slash + 1)]
  const found = await from.load(collection, id)
  if (found) await write(to, collection, id, found.data)
}

/**
 * Writes what was lived, batch by batch, as follow-ups of the sample's state. All arrives as new: versions count from 1
 * again, and a projection takes the next revision of its source. What an earlier attempt wrote stays as it is.
 */
async function carryOver(
  from: Store,
  to: Store,
  collections: readonly CollectionSpec[],
  state: SampleState,
): Promise<void> {
  const known = new Set(state.known)
  let followUps: FollowUp[] = []
  async function flush(done: boolean): Promise<void> {
    const stored = await to.load<SampleState>('packs', state.id)
    const data: SampleState = { ...state, carried: (stored?.data.carried ?? 0) + 1, done }
    const aggregate = { collection: 'packs', id: state.id, expectedVersion: stored?.version ?? 0, data }
    const written = await to.commit({ aggregate, followUps })
    if (!written.ok) throw new Error('Expected to be alone while the sample data is written, but somebody else wrote')
    followUps = []
  }
  for await (const { collection, id, data } of everything(from, collections)) {
    if (known.has(`${collection}/${id}`)) continue
    followUps.push({ kind: 'insert', collection, id, data })
    if (followUps.length === atOnce) await flush(false)
  }
  await flush(true)
}

const notEmpty = () =>
  refuse('sample.not_empty', {
    zh: '系统里已经有订单，示例数据只能装进空的系统。',
    en: 'Expected an empty shop for the sample data, but there are orders already.',
  })

async function hirePeople(
  { identity, store }: SampleDependencies,
  { people: spec }: SampleSpec,
  report: ReportProgress,
): Promise<Result<null>> {
  const by = { system: 'sample' }
  let done = 0
  for (const person of spec.people) {
    if ((await identity.user(person.username)) === null) {
      const created = await identity.createUser({ ...person, password: spec.password }, by)
      if (!created.ok) return created
    }
    report({ step: 'people', done: (done += 1), total: spec.people.length })
  }
  for (const [id, headId] of Object.entries(spec.heads)) {
    const department = await store.load<{
      id: string
      name: string
      parentId: string | null
      calendarId: string | null
    }>('departments', id)
    if (!department) continue
    const put = await identity.putDepartment({ ...department.data, headId }, by)
    if (!put.ok) return put
  }
  return ok(null)
}

async function fillShelves(
  { customers, products, stock }: SampleWorld,
  plan: SamplePlan,
  spec: SampleSpec,
  report: ReportProgress,
): Promise<Result<null>> {
  const total = plan.products.length + plan.customers.length
  let done = 0
  for (const { price, stock: quantities, safetyStock, incoming, warehouse, ...product } of plan.products) {
    const saved = await products.save({
      ...product,
      unit: '件',
      listPrice: price,
      currency: spec.products.currency,
      substitutes: [],
    })
    if (!saved.ok) return saved
    for (const [code, quantity] of Object.entries(quantities)) {
      const { sku, name } = product
      if (code !== warehouse && quantity === 0) continue
      if (quantity > 0) {
        const received = await stock.receive({
          sku,
          warehouse: code,
          name,
          document: `OPENING-${code}`,
          effect: `sample:${sku}`,
          quantity,
        })
        if (!received.ok) return received
      }
      const facts = { name, safetyStock, incoming: code === warehouse ? incoming : 0 }
      const described = await stock.describe(sku, code, facts)
      if (!described.ok) return described
    }
    report({ step: 'products', done: (done += 1), total })
  }
  for (const customer of plan.customers) {
    const saved = await customers.save(customer)
    if (!saved.ok) return saved
    report({ step: 'products', done: (done += 1), total })
  }
  return ok(null)
}

/** Lets three months pass: each event at its time, and whatever falls due between them. */
async function live(
  store: Store,
  world: SampleWorld,
  plan: SamplePlan,
  clock: Clock & { move(at: string): void },
  base: string,
  report: ReportProgress,
): Promise<Result<null>> {
  const instances = new Map<string, string>()
  const total = plan.timeline.length
  for (const [index, event] of plan.timeline.entries()) {
    clock.move(event.at)
    const happened = isOrderEvent(event)
      ? await moveOrder(world, event)
      : await moveCase(store, world, event, instances)
    if (!happened.ok) return stuck(event, happened)
    if (index % 20 === 0) report({ step: isOrderEvent(event) ? 'orders' : 'cases', done: index, total })
  }
  clock.move(base)
  await world.runtime.settle()
  report({ step: 'cases', done: total, total })
  return ok(null)
}

const isOrderEvent = (event: OrderEvent | CaseEvent): event is OrderEvent => 'orderNo' in event

async function moveOrder({ orders, runtime }: SampleWorld, event: OrderEvent): Promise<Result<unknown>> {
  const { orderNo, at } = event
  const deed = { key: `sample:${event.what}`, by: 'sample', now: at, caseNo: null }
  const fulfillment = `F-${orderNo}`
  switch (event.what) {
    case 'place': {
      const placed = await orders.place(event.draft)
      if (placed.ok) await runtime.settle()
      return placed
    }
    case 'capture':
      return orders.recordCapture(orderNo, 'P1', { eventKey: 'sample', amount: event.amount, now: at })
    case 'startMaking':
      return orders.startMaking(orderNo, deed, event.orderLineId)
    case 'startPicking':
      return orders.startPicking(orderNo, deed, fulfillment)
    case 'pack':
      return orders.pack(orderNo, deed, fulfillment)
    case 'handOver': {
      const { shipmentNo, carrier, trackingNo } = event
      const handed = await orders.handOver(orderNo, deed, fulfillment, { shipmentNo, carrier, trackingNo })
      if (handed.ok) await runtime.settle()
      return handed
    }
    case 'scan':
      return orders.scan(orderNo, event.shipmentNo)
    case 'deliver':
      return orders.deliver(orderNo, event.shipmentNo, at)
    case 'complete':
      return orders.complete(orderNo, deed)
  }
}

async function moveCase(
  store: Store,
  world: SampleWorld,
  event: CaseEvent,
  instances: Map<string, string>,
): Promise<Result<unknown>> {
  await world.runtime.settle()
  if (event.what === 'wait') return ok(null)
  const { orderNo } = event.case
  if (event.what === 'openCase') {
    const opened = await world.openCase(event.case, `sample:${orderNo}`)
    if (!opened.ok) return opened
    instances.set(orderNo, opened.value.processInstanceId)
    await world.runtime.settle()
    return ok(null)
  }
  const acted = await answer(store, world.runtime, instances.get(orderNo) ?? '', event.act)
  if (acted.ok) await world.runtime.settle()
  return acted
}

async function answer(store: Store, runtime: Runtime, instance: string, act: PlannedAct): Promise<Result<unknown>> {
  if (act.kind === 'withdraw') {
    return runtime.publishMessage({
      messageId: `sample:withdraw:${instance}`,
      name: 'customer.withdrew',
      correlationKey: instance,
      variables: {},
      timeToLive: 'PT0S',
    })
  }
  const open = await store.find<TaskDocument>('tasks', {
    filter: { processInstanceId: instance, elementId: act.element, state: 'open' },
    limit: 1,
  })
  const task = open.items[0]?.data
  if (!task) {
    return refuse('sample.no_task', {
      zh: `示例没有走到“${act.element}”这一步。`,
      en: `Expected an open task at ${act.element}, but the sample did not get there.`,
    })
  }
  if (act.kind === 'complete') return runtime.completeTask(task.taskId, act.by, act.variables)
  const { kind: _, element, ...rest } = act
  return runtime.actOnTask(task.taskId, rest, `sample:${instance}:${element}:${act.action}`)
}

function stuck(event: OrderEvent | CaseEvent, result: Extract<Result<unknown>, { ok: false }>): Result<null> {
  const { code, message } = result.refusal
  const where = isOrderEvent(event)
    ? event.orderNo
    : event.what === 'wait'
      ? event.at
      : `${event.case.orderNo} ${event.case.story}`
  return refuse(
    'sample.stuck',
    {
      zh: `示例数据在 ${where} 停住了：${message.zh}`,
      en: `The sample data stopped at ${where} (${event.what}): ${message.en}`,
    },
    { params: { code, event: event.what, at: event.at }, where },
  )
}
