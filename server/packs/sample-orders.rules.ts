import type { NewOrder } from '../orders/place.rules.ts'
import { hoursLater, minutesLater, type Dice } from './sample-dice.rules.ts'
import type {
  CurrentStage,
  OrderEvent,
  PlannedCustomer,
  Planning,
  ProductSpec,
  SampleSpec,
} from './sample-spec.rules.ts'

const dayMs = 86_400_000

export const productsOf = ({ spec }: Planning, wanted: (product: ProductSpec) => boolean): ProductSpec[] =>
  spec.products.products.filter(wanted)

export function pickProducts(planning: Planning, dice: Dice): ProductSpec[] {
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
    quantity:
      quantity ??
      (product.price > 100_000
        ? 1
        : dice.weighted([
            [1, 70],
            [2, 24],
            [3, 6],
          ])),
    taxPercent: product.taxPercent,
  }))
  const value = lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0)
  const discount = Math.floor(
    (value *
      dice.weighted([
        [0, 55],
        [5, 30],
        [10, 15],
      ])) /
      100,
  )
  const shippingFee = value - discount >= spec.orders.freeShipMin ? 0 : spec.orders.shippingFee
  const custom = goods.some(({ returnClass }) => returnClass === 'custom')
  const total = value - discount + shippingFee
  return {
    orderNo: tag,
    channel: {
      code: channel.code,
      name: channel.name,
      reviewer: 'merchant',
      refundExecutor: 'merchant',
      platformHours: null,
    },
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

const ladder = [
  'unpaid',
  'paid',
  'allocated',
  'making',
  'picking',
  'packed',
  'handedOver',
  'inTransit',
  'delivered',
  'completed',
]

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
export function inShopHours(base: string, daysBack: number, dice: Dice, timeZone: string): string {
  const day = new Date(Date.parse(base) - Math.floor(daysBack) * dayMs)
  const hour = dice.weighted([
    [9, 6],
    [10, 9],
    [11, 9],
    [12, 10],
    [14, 8],
    [16, 8],
    [18, 9],
    [20, 16],
    [21, 15],
    [22, 10],
  ])
  return localTime(day, hour, dice.whole(0, 59), timeZone)
}

/** The instant of a wall time on the local day of `day`. */
export function localTime(day: Date, hour: number, minute: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const local = parts.format(day).replace(', ', 'T')
  const offset = Date.parse(`${local}Z`) - Math.floor(day.getTime() / 1000) * 1000
  const wall = Date.parse(
    `${local.slice(0, 10)}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`,
  )
  return new Date(wall - offset).toISOString()
}
