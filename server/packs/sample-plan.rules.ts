import type { NewOrder } from '../orders/place.rules.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { planCases, type CaseSpec, type PlannedCase } from './sample-cases.rules.ts'
import { hoursLater, minutesLater, seeded, type Dice } from './sample-dice.rules.ts'

/** The compact specification in the pack's `sample` folder. */
export interface SampleSpec {
  people: {
    password: string
    people: {
      username: string
      name: string
      roles: string[]
      departmentId: string
      managerId: string | null
      email: string
    }[]
    /** Department to user name. */
    heads: Record<string, string>
  }
  products: { currency: string; warehouses: { code: string; name: string }[]; products: ProductSpec[] }
  customers: {
    count: number
    tiers: Record<string, number>
    surnames: string
    given: string[]
    cities: [string, string][]
    companies: string[]
    fixed: { name: string; phone: string; tier: string; address: string }[]
  }
  orders: {
    days: number
    history: number
    current: Partial<Record<CurrentStage, number>>
    channels: { code: string; name: string; weight: number }[]
    payWays: [string, number][]
    carriers: [string, string][]
    shippingFee: number
    freeShipMin: number
    policy: { code: string; version: number }
  }
  cases: CaseSpec
}

export interface ProductSpec {
  sku: string
  name: string
  spec: string
  category: string
  price: number
  returnClass: string
  taxPercent: number
  stock: Record<string, number>
  safetyStock: number
  incoming: number
  warehouse: string
}

export type CurrentStage =
  'unpaid' | 'paid' | 'allocated' | 'making' | 'picking' | 'packed' | 'handedOver' | 'inTransit' | 'delivered'

export interface PlannedCustomer {
  id: string
  name: string
  phone: string
  mail: string | null
  type: string
  tier: string
  flag: string
  address: string
}

/** Something that happens to an order, in the order domain's own words. */
export type OrderEvent =
  | { at: string; orderNo: string; what: 'place'; draft: NewOrder }
  | { at: string; orderNo: string; what: 'capture'; amount: number }
  | { at: string; orderNo: string; what: 'startMaking'; orderLineId: string }
  | { at: string; orderNo: string; what: 'startPicking' | 'pack' | 'complete' }
  | { at: string; orderNo: string; what: 'handOver'; carrier: string; trackingNo: string; shipmentNo: string }
  | { at: string; orderNo: string; what: 'scan' | 'deliver'; shipmentNo: string }

export type CaseEvent =
  | { at: string; what: 'openCase'; case: PlannedCase }
  | { at: string; what: 'act'; case: PlannedCase; act: PlannedAct }
  /** Nothing but time passes: whatever is due happens. */
  | { at: string; what: 'wait' }

/** A scripted answer: somebody acts on the open task of an element, or the customer takes the request back. */
export type PlannedAct =
  | { kind: 'complete'; element: string; by: string; variables: JsonObject }
  | {
      kind: 'act'
      element: string
      by: string
      action: string
      value?: string
      comment?: string
      to?: string
      variables?: JsonObject
    }
  | { kind: 'withdraw' }

export interface SamplePlan {
  products: ProductSpec[]
  customers: PlannedCustomer[]
  /** Everything that happens, in the order of time. */
  timeline: (OrderEvent | CaseEvent)[]
  orders: number
  cases: number
}

const dayMs = 86_400_000

/** What a plan keeps while it is made. */
export interface Planning {
  spec: SampleSpec
  /** The instant of the installation; everything happened before it. */
  base: string
  version: string
  timeZone: string
  customers: PlannedCustomer[]
  numbers: Map<string, number>
}

/**
 * The whole sample as a plan: the same pack version and the same instant give the same plan, and a record more in one
 * list changes nothing in another, because each record throws its own dice.
 */
export function planSample(spec: SampleSpec, base: string, version: string, timeZone: string): SamplePlan {
  const customers = planCustomers(spec, version)
  const planning: Planning = { spec, base, version, timeZone, customers, numbers: new Map() }
  const events = [...planHistory(planning), ...planCurrent(planning), ...planCases(planning)]
  const timeline = events
    .filter(({ at }) => at <= base)
    .map((event, index) => ({ event, index }))
    .sort((a, b) => (a.event.at < b.event.at ? -1 : a.event.at > b.event.at ? 1 : a.index - b.index))
    .map(({ event }) => event)
  return {
    products: spec.products.products,
    customers,
    timeline: numbered(timeline, timeZone),
    orders: timeline.filter((event) => event.what === 'place').length,
    cases: timeline.filter((event) => event.what === 'openCase').length,
  }
}

function planCustomers({ customers: spec }: SampleSpec, version: string): PlannedCustomer[] {
  const tiers = Object.entries(spec.tiers).flatMap(([tier, count]) => Array.from({ length: count }, () => tier))
  const surnames = [...spec.surnames]
  return Array.from({ length: spec.count }, (_, index): PlannedCustomer => {
    const dice = seeded(version, 'customer', index)
    const id = `C${String(index + 1).padStart(4, '0')}`
    const fixed = spec.fixed[index]
    const tier = fixed?.tier ?? tiers[index] ?? 'regular'
    const company = tier === 'business' ? (spec.companies[index % Math.max(1, spec.companies.length)] ?? null) : null
    const [city, street] = dice.pick(spec.cities)
    return {
      id,
      name: fixed?.name ?? company ?? `${dice.pick(surnames)}${dice.pick(spec.given)}`,
      phone:
        fixed?.phone ??
        `1${dice.pick(['38', '39', '36', '58', '87', '77'])}${String(dice.whole(10_000_000, 99_999_999))}`,
      mail: null,
      type: company === null ? 'person' : 'company',
      tier,
      flag: 'none',
      address: fixed?.address ?? `${city}${street} ${dice.whole(1, 600)} 号 ${dice.whole(1, 30)} 栋 ${dice.whole(101, 3204)}`,
    }
  })
}

/** Orders of the past that went their way. */
function planHistory(planning: Planning): OrderEvent[] {
  const { spec, base, version } = planning
  return Array.from({ length: spec.orders.history }, (_, index) => {
    const dice = seeded(version, 'order', index)
    const placedAt = inShopHours(base, dice.between(4, spec.orders.days - 1), dice, planning.timeZone)
    const draft = draftOrder(planning, dice, `H${index}`, placedAt, pickProducts(planning, dice))
    return orderLife(planning, dice, draft, 'completed')
  }).flat()
}

/** Orders that are under way now: so many in each stage. */
function planCurrent(planning: Planning): OrderEvent[] {
  const { spec, base, version } = planning
  const hoursBack: Record<CurrentStage, [number, number]> = {
    unpaid: [0.2, 5],
    paid: [3, 20],
    allocated: [0.5, 12],
    making: [30, 70],
    picking: [9, 22],
    packed: [14, 28],
    handedOver: [18, 30],
    inTransit: [34, 60],
    delivered: [90, 150],
  }
  return Object.entries(spec.orders.current).flatMap(([name, count]) => {
    const stage = name as CurrentStage
    return Array.from({ length: count ?? 0 }, (_, index) => {
      const dice = seeded(version, `current-${stage}`, index)
      const [least, most] = hoursBack[stage]
      const placedAt = hoursLater(base, -dice.between(least, most))
      const goods =
        stage === 'making'
          ? [dice.pick(productsOf(planning, (product) => product.returnClass === 'custom'))]
          : stage === 'paid'
            ? productsOf(planning, (product) => product.incoming > 0)
            : stage === 'allocated' && index === 0
              ? productsOf(planning, ({ sku }) => sku === 'PL-LTX-M' || sku === 'BK-COOK')
              : pickProducts(planning, dice)
      const known = stage === 'allocated' && index === 0 ? planning.customers[0] : undefined
      const draft = draftOrder(planning, dice, `N${stage}${index}`, placedAt, goods, known)
      return orderLife(planning, dice, draft, stage)
    }).flat()
  })
}

const productsOf = ({ spec }: Planning, wanted: (product: ProductSpec) => boolean): ProductSpec[] =>
  spec.products.products.filter(wanted)

function pickProducts(planning: Planning, dice: Dice): ProductSpec[] {
  const ordinary = productsOf(
    planning,
    ({ returnClass, price, incoming }) => returnClass !== 'custom' && price < 500_000 && incoming === 0,
  )
  const wanted = dice.weighted([
    [1, 60],
    [2, 30],
    [3, 10],
  ])
  const picked: ProductSpec[] = []
  while (picked.length < wanted) {
    const product = dice.pick(ordinary)
    if (!picked.includes(product)) picked.push(product)
  }
  return picked
}

/** A new order as the shop hands it over. `tag` is replaced by the day's number once all are in order. */
export function draftOrder(
  planning: Planning,
  dice: Dice,
  tag: string,
  placedAt: string,
  goods: readonly ProductSpec[],
  customer: PlannedCustomer = dice.pick(planning.customers),
  quantity?: number,
): NewOrder {
  const { spec } = planning
  const channel = dice.weighted(spec.orders.channels.map((one) => [one, one.weight] as [typeof one, number]))
  const lines = goods.map((product) => ({
    sku: product.sku,
    name: product.name,
    spec: product.spec,
    category: product.category,
    returnClass: product.returnClass,
    warehouse: product.warehouse,
    unitPrice: product.price,
    quantity: quantity ?? (product.price > 100_000 ? 1 : dice.weighted([[1, 70], [2, 24], [3, 6]])),
    taxPercent: product.taxPercent,
  }))
  const value = lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0)
  const discount = Math.floor((value * dice.weighted([[0, 55], [5, 30], [10, 15]])) / 100)
  const shippingFee = value - discount >= spec.orders.freeShipMin ? 0 : spec.orders.shippingFee
  const custom = goods.some(({ returnClass }) => returnClass === 'custom')
  const total = value - discount + shippingFee
  return {
    orderNo: tag,
    channel: { code: channel.code, name: channel.name, reviewer: 'merchant', refundExecutor: 'merchant', platformHours: null },
    currency: spec.products.currency,
    customer: {
      id: customer.id,
      name: customer.name,
      phone: customer.phone,
      tier: customer.tier,
      type: customer.type,
      address: customer.address,
    },
    placedAt,
    promisedShipAt: hoursLater(placedAt, custom ? 240 : 72),
    policyId: spec.orders.policy.code,
    policyVersion: spec.orders.policy.version,
    policyAcceptedAt: dice.chance(0.92) || custom ? minutesLater(placedAt, -0.4) : null,
    shippingFee,
    discount,
    invoiceNo: null,
    lines,
    payments: [{ method: dice.weighted(spec.orders.payWays), provider: 'sandbox', amount: total, paymentNo: '' }],
  }
}

const ladder = ['unpaid', 'paid', 'allocated', 'making', 'picking', 'packed', 'handedOver', 'inTransit', 'delivered', 'completed']

/** What happens to an order until the stage where it stands now; times run from its placement to the present. */
export function orderLife(
  { spec, base }: Planning,
  dice: Dice,
  draft: NewOrder,
  until: CurrentStage | 'completed',
): OrderEvent[] {
  const { orderNo, placedAt } = draft
  const events: OrderEvent[] = [{ at: placedAt, orderNo, what: 'place', draft }]
  const reached = (stage: string) => ladder.indexOf(until) >= ladder.indexOf(stage)
  if (!reached('paid')) return events
  const amount = draft.payments.reduce((sum, payment) => sum + payment.amount, 0)
  events.push({ at: minutesLater(placedAt, dice.between(1, 6)), orderNo, what: 'capture', amount })
  const room = (Date.parse(base) - Date.parse(placedAt)) / 3_600_000
  // The steps share the time there is, so that an order of this morning is not picked tomorrow.
  const pace = until === 'completed' ? 1 : Math.min(1, room / 30)
  const custom = draft.lines.findIndex(({ returnClass }) => returnClass === 'custom')
  if (custom >= 0 && reached('making'))
    events.push({ at: hoursLater(placedAt, 8 * pace), orderNo, what: 'startMaking', orderLineId: `L${custom + 1}` })
  if (until === 'making' || !reached('picking')) return events
  const picked = hoursLater(placedAt, dice.between(7, 16) * pace + (custom >= 0 ? 72 : 0))
  return [...events, ...shipping(spec, dice, orderNo, picked, pace, reached)]
}

/** From picking to the end. */
export function shipping(
  spec: SampleSpec,
  dice: Dice,
  orderNo: string,
  picked: string,
  pace = 1,
  reached: (stage: string) => boolean = () => true,
): OrderEvent[] {
  const events: OrderEvent[] = [{ at: picked, orderNo, what: 'startPicking' }]
  if (!reached('packed')) return events
  const packed = hoursLater(picked, dice.between(0.5, 3) * pace)
  events.push({ at: packed, orderNo, what: 'pack' })
  if (!reached('handedOver')) return events
  const handed = hoursLater(packed, dice.between(1, 5) * pace)
  const [carrier, letters] = dice.pick(spec.orders.carriers)
  const shipmentNo = `YD-${orderNo}`
  const trackingNo = `${letters}${dice.whole(100_000_000_000, 999_999_999_999)}`
  events.push({ at: handed, orderNo, what: 'handOver', carrier, trackingNo, shipmentNo })
  if (!reached('inTransit')) return events
  const scanned = hoursLater(handed, dice.between(2, 9) * pace)
  events.push({ at: scanned, orderNo, what: 'scan', shipmentNo })
  if (!reached('delivered')) return events
  const signed = hoursLater(scanned, dice.between(20, 60))
  events.push({ at: signed, orderNo, what: 'deliver', shipmentNo })
  if (reached('completed')) events.push({ at: hoursLater(signed, 7 * 24), orderNo, what: 'complete' })
  return events
}

/** An instant so many days back, at an hour when people shop. */
function inShopHours(base: string, daysBack: number, dice: Dice, timeZone: string): string {
  const day = new Date(Date.parse(base) - Math.floor(daysBack) * dayMs)
  const hour = dice.weighted([[9, 6], [10, 9], [11, 9], [12, 10], [14, 8], [16, 8], [18, 9], [20, 16], [21, 15], [22, 10]])
  return localTime(day, hour, dice.whole(0, 59), timeZone)
}

/** The instant of a wall time on the local day of `day`. */
export function localTime(day: Date, hour: number, minute: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' })
  const local = parts.format(day).replace(', ', 'T')
  const offset = Date.parse(`${local}Z`) - Math.floor(day.getTime() / 1000) * 1000
  const wall = Date.parse(`${local.slice(0, 10)}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`)
  return new Date(wall - offset).toISOString()
}

/** Gives the orders their numbers by day in the order of time, and payments and invoices theirs. */
function numbered(timeline: (OrderEvent | CaseEvent)[], timeZone: string): (OrderEvent | CaseEvent)[] {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: '2-digit', month: '2-digit', day: '2-digit' })
  const counts = new Map<string, number>()
  const names = new Map<string, string>()
  for (const event of timeline) {
    if (event.what !== 'place') continue
    const date = day.format(new Date(event.at)).replaceAll(/\D/g, '')
    const count = (counts.get(date) ?? 0) + 1
    counts.set(date, count)
    names.set(event.orderNo, `${date}-${String(count).padStart(4, '0')}`)
  }
  const orderNo = (tag: string) => `SO${names.get(tag) ?? tag}`
  return timeline.map((event): OrderEvent | CaseEvent => {
    switch (event.what) {
      case 'place': {
        const { draft } = event
        const number = names.get(event.orderNo) ?? event.orderNo
        return {
          ...event,
          orderNo: orderNo(event.orderNo),
          draft: {
            ...draft,
            orderNo: orderNo(event.orderNo),
            invoiceNo: draft.channel.code === 'store' ? null : `FP${number}`,
            // How the sandbox provider treats a payment stands at the end of its number.
            payments: draft.payments.map((payment) => ({ ...payment, paymentNo: `PAY${number}${payment.paymentNo}` })),
          },
        }
      }
      case 'handOver':
      case 'scan':
      case 'deliver':
        return { ...event, orderNo: orderNo(event.orderNo), shipmentNo: `YD${names.get(event.orderNo) ?? ''}` }
      case 'openCase':
      case 'act':
        return { ...event, case: { ...event.case, orderNo: orderNo(event.case.orderNo) } }
      case 'wait':
        return event
      default:
        return { ...event, orderNo: orderNo(event.orderNo) }
    }
  })
}
