import { planCases } from './sample-cases.rules.ts'
import { hoursLater, seeded } from './sample-dice.rules.ts'
import { draftOrder, inShopHours, orderLife, pickProducts, productsOf } from './sample-orders.rules.ts'
import type {
  CaseEvent,
  CurrentStage,
  OrderEvent,
  PlannedCustomer,
  Planning,
  SamplePlan,
  SampleSpec,
} from './sample-spec.rules.ts'

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
      address:
        fixed?.address ?? `${city}${street} ${dice.whole(1, 600)} 号 ${dice.whole(1, 30)} 栋 ${dice.whole(101, 3204)}`,
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
