import type { CancellationRequest } from '../contract/cases.ts'
import { hoursLater, minutesLater, seeded, type Dice } from './sample-dice.rules.ts'
import { draftOrder, localTime, shipping } from './sample-orders.rules.ts'
import type {
  CaseEvent,
  CaseSpec,
  OrderEvent,
  PlannedAct,
  PlannedCase,
  Planning,
  ProductSpec,
  StorySpec,
} from './sample-spec.rules.ts'

interface Script {
  acts: { after: number; act: PlannedAct }[]
  /** Minutes after which the order goes on; null when it is canceled or still waits. */
  goesOnAfter: number | null
  /** Minutes after which something falls due that nobody acts on. */
  waits?: number[]
}

type Texts = CaseSpec['texts']
interface Scene {
  dice: Dice
  texts: Texts
  agent: string
}
type Story = (scene: Scene) => Script

const act = (
  after: number,
  element: string,
  by: string,
  action: string,
  more: { value?: string; comment?: string; to?: string; variables?: Record<string, string | number> } = {},
) => ({ after, act: { kind: 'act', element, by, action, ...more } as PlannedAct })
const complete = (after: number, element: string, by: string, variables: Record<string, string>) => ({
  after,
  act: { kind: 'complete', element, by, variables } as PlannedAct,
})
const nothing: Script = { acts: [], goesOnAfter: null }
const leadAgrees = ({ dice, texts }: Scene, after: number) =>
  act(after + dice.whole(5, 40), 'leadApproval', 'li', 'approve', { comment: texts.approveLead })

/** What people answer in each story, in minutes after the request. */
const stories: Record<string, Story> = {
  auto: () => nothing,
  autoPart: () => ({ acts: [], goesOnAfter: 60 }),
  pickingStopped: ({ dice }) => ({
    acts: [complete(dice.whole(6, 25), 'stopPick', 'zhao', { stopResult: 'stopped' })],
    goesOnAfter: null,
  }),
  pickingShipped: ({ dice }) => ({
    acts: [complete(dice.whole(10, 28), 'stopPick', 'zhao', { stopResult: 'shipped' })],
    goesOnAfter: 40,
  }),
  customFee: ({ dice, texts, agent }) => ({
    acts: [
      act(dice.whole(20, 90), 'review', agent, 'approve', {
        comment: texts.approve,
        variables: { agreedFee: dice.whole(20, 60) * 100 },
      }),
    ],
    goesOnAfter: null,
  }),
  customRejected: ({ dice, texts, agent }) => ({
    acts: [act(dice.whole(30, 120), 'review', agent, 'reject', { comment: texts.reject })],
    goesOnAfter: 150,
  }),
  customAsked: ({ texts, agent }) => ({
    acts: [
      act(35, 'review', agent, 'ask', { to: 'initiator', comment: texts.ask }),
      act(95, 'review', 'customer', 'answer', { comment: texts.answer }),
      act(130, 'review', agent, 'approve', { comment: texts.approve, variables: { agreedFee: 0 } }),
    ],
    goesOnAfter: null,
  }),
  withdrawn: ({ dice }) => ({ acts: [{ after: dice.whole(15, 50), act: { kind: 'withdraw' } }], goesOnAfter: 70 }),
  managerApproves: (scene) => ({
    acts: [act(30, 'review', scene.agent, 'approve', { comment: scene.texts.approve }), leadAgrees(scene, 40)],
    goesOnAfter: null,
  }),
  managerRejects: ({ texts, agent }) => ({
    acts: [
      act(25, 'review', agent, 'approve', { comment: texts.approve }),
      act(80, 'leadApproval', 'li', 'reject', { comment: texts.rejectManager }),
    ],
    goesOnAfter: 120,
  }),
  shopCustomerCancels: (scene) => ({
    acts: [leadAgrees(scene, 10), act(scene.dice.whole(90, 600), 'choose', 'customer', 'custom', { value: 'cancel' })],
    goesOnAfter: null,
  }),
  shopSilent: (scene) => ({ acts: [leadAgrees(scene, 10)], goesOnAfter: null, waits: [24 * 60 + 60, 49 * 60] }),
  shopWaits: (scene) => ({
    acts: [leadAgrees(scene, 10), act(200, 'choose', 'customer', 'custom', { value: 'wait' })],
    goesOnAfter: 36 * 60,
  }),
  shopSubstitute: (scene) => ({
    acts: [
      leadAgrees(scene, 10),
      act(150, 'choose', 'customer', 'custom', { value: 'substitute' }),
      complete(230, 'changeOrder', 'gao', { changeNote: scene.texts.changed }),
    ],
    goesOnAfter: 300,
  }),
  shopNotApproved: ({ texts }) => ({
    acts: [act(35, 'leadApproval', 'li', 'reject', { comment: texts.notApproved })],
    goesOnAfter: 60,
  }),
  openReview: () => nothing,
  openAsked: ({ texts, agent }) => ({
    acts: [act(50, 'review', agent, 'ask', { to: 'initiator', comment: texts.ask })],
    goesOnAfter: null,
  }),
  openOverdue: () => ({ acts: [], goesOnAfter: null, waits: [12 * 60, 24 * 60 + 5, 36 * 60] }),
  openStopPick: () => nothing,
  openLead: ({ texts, agent }) => ({
    acts: [act(60, 'review', agent, 'approve', { comment: texts.approve })],
    goesOnAfter: null,
  }),
  openHead: ({ texts, agent }) => ({
    acts: [
      act(60, 'review', agent, 'approve', { comment: texts.approve }),
      act(140, 'headApproval', 'he', 'approve', { comment: '金额和退款路径已核对。' }),
    ],
    goesOnAfter: null,
  }),
  openShopApproval: () => nothing,
  openShopChoice: (scene) => ({ acts: [leadAgrees(scene, 10)], goesOnAfter: null }),
  openShopChange: (scene) => ({
    acts: [leadAgrees(scene, 10), act(120, 'choose', 'customer', 'custom', { value: 'substitute' })],
    goesOnAfter: null,
  }),
  openRefundFailed: () => nothing,
}

/** Orders with a case, and the case's script: answers that are fed to the real processes. */
export function planCases(planning: Planning): (OrderEvent | CaseEvent)[] {
  const { spec } = planning
  const events: (OrderEvent | CaseEvent)[] = []
  for (const [group, list] of [
    ['closed', spec.cases.closed],
    ['open', spec.cases.open],
  ] as const) {
    for (const story of list) {
      for (let index = 0; index < story.count; index += 1) {
        const dice = seeded(planning.version, `case-${story.story}`, index)
        const openedAt = group === 'open' ? openSince(planning, story, index) : closedThen(planning, dice)
        events.push(...planCase(planning, story, dice, openedAt, `K${story.story}${index}`))
      }
    }
  }
  return events
}

const openSince = ({ base }: Planning, { hoursAgo }: StorySpec, index: number): string =>
  hoursLater(base, -(hoursAgo?.[index] ?? hoursAgo?.[0] ?? 2))

/** On a day of the last three months, in the morning or the early afternoon, so that the answers come the same day. */
function closedThen({ base, timeZone, spec }: Planning, dice: Dice): string {
  const day = new Date(Date.parse(base) - dice.whole(4, spec.orders.days - 6) * 86_400_000)
  return localTime(day, dice.whole(9, 14), dice.whole(0, 59), timeZone)
}

const hoursBefore = { allocated: [0.5, 6], making: [30, 60], picking: [9, 14] } as const

function planCase(planning: Planning, story: StorySpec, dice: Dice, openedAt: string, tag: string) {
  const { spec } = planning
  const shop = story.reasons.every((reason) => reason.startsWith('M'))
  const [least, most] = hoursBefore[story.stage]
  const placedAt = hoursLater(openedAt, -dice.between(least, most))
  const trusted = ['gold', 'business']
  const customer = dice.pick(
    planning.customers.filter(({ tier }) => !(story.big || story.huge) || !trusted.includes(tier)),
  )
  const quantity = story.huge
    ? 6
    : story.story === 'autoPart'
      ? 3
      : story.big || story.stage === 'making'
        ? 1
        : undefined
  const placed = draftOrder(planning, dice, tag, placedAt, goodsOf(planning, story, dice), customer, quantity)
  const draft = {
    ...placed,
    // No discount and no doubt: the story's amount is what the story says.
    ...(story.big || story.huge ? withoutDiscount(placed) : {}),
    policyAcceptedAt: minutesLater(placedAt, -0.4),
  }
  const payments = draft.payments.map((payment) => ({
    ...payment,
    paymentNo: story.refund === undefined ? '' : `~${story.refund}`,
  }))
  const amount = payments.reduce((sum, payment) => sum + payment.amount, 0)
  const events: (OrderEvent | CaseEvent)[] = [
    { at: placedAt, orderNo: tag, what: 'place', draft: { ...draft, payments } },
    { at: minutesLater(placedAt, 2), orderNo: tag, what: 'capture', amount },
  ]
  if (story.stage === 'making')
    events.push({ at: hoursLater(openedAt, -6), orderNo: tag, what: 'startMaking', orderLineId: 'L1' })
  if (story.stage === 'picking') events.push({ at: minutesLater(openedAt, -25), orderNo: tag, what: 'startPicking' })

  const planned = plannedCase(planning, story, dice, tag, draft.lines, shop)
  events.push({ at: openedAt, what: 'openCase', case: planned })
  const agent = dice.pick(['lin', 'wu'])
  const script = (stories[story.story] ?? (() => nothing))({ dice, texts: spec.cases.texts, agent })
  for (const { after, act: answer } of script.acts)
    events.push({ at: minutesLater(openedAt, after), what: 'act', case: planned, act: answer })
  for (const after of script.waits ?? []) events.push({ at: minutesLater(openedAt, after), what: 'wait' })
  if (script.goesOnAfter !== null) {
    const started = story.stage === 'picking'
    const life = shipping(spec, dice, tag, hoursLater(minutesLater(openedAt, script.goesOnAfter), 3))
    events.push(...(started ? life.filter(({ what }) => what !== 'startPicking') : life))
  }
  return events
}

function withoutDiscount(draft: ReturnType<typeof draftOrder>) {
  const value = draft.lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0)
  const [payment] = draft.payments
  return {
    discount: 0,
    shippingFee: 0,
    payments: payment ? [{ ...payment, amount: value }] : [],
  }
}

function goodsOf({ spec }: Planning, story: StorySpec, dice: Dice): ProductSpec[] {
  const from = spec.products.products.filter(({ price, returnClass, incoming }) => {
    if (incoming > 0) return false
    if (story.huge) return price > 850_000
    if (story.big) return price > 550_000
    if (story.stage === 'making') return returnClass === 'custom'
    return returnClass !== 'custom' && price < (story.story === 'autoPart' ? 90_000 : 150_000)
  })
  return [dice.pick(from)]
}

function plannedCase(
  { spec }: Planning,
  story: StorySpec,
  dice: Dice,
  tag: string,
  lines: { quantity: number }[],
  shop: boolean,
): PlannedCase {
  const asked = lines.map(({ quantity }, index) => ({
    orderLineId: `L${index + 1}`,
    quantity: story.story === 'autoPart' ? 1 : quantity,
  }))
  const request: CancellationRequest = { lines: asked, reason: dice.pick(story.reasons), policySeen: true }
  if (!shop) {
    const channelIn = dice.weighted([
      ['web', 70],
      ['phone', 20],
      ['chat', 10],
    ] as const)
    return { orderNo: tag, kind: 'cancellation', openedBy: 'customer', channelIn, request, story: story.story }
  }
  const substitute = dice.pick(spec.products.products.filter(({ category }) => category === 'home'))
  return {
    orderNo: tag,
    kind: 'merchantCancellation',
    openedBy: 'xu',
    channelIn: 'internal',
    request,
    merchant: {
      explanation: dice.pick(spec.cases.texts.explanations),
      alternatives: [
        {
          sku: substitute.sku,
          name: `${substitute.name} ${substitute.spec}`,
          priceDifference: 0,
          eta: '下单后 3 天内',
        },
      ],
    },
    story: story.story,
  }
}
