import type { Answer, PatientCaller } from './patient-caller.ts'
import type { Dice } from './seeded.ts'

/** An order as its customer knows it. */
export interface KnownOrder {
  orderNo: string
  phone: string
}

type Data = Record<string, unknown>
const list = (value: unknown): Data[] => (Array.isArray(value) ? (value as Data[]) : [])
const good = (answer: Answer): boolean => answer.status === 200
const capability = (token: string) => ({ 'x-retour-capability': token })

/** A customer who looks her orders up, asks for cancellations, answers and sometimes changes her mind. */
export async function shopsAround(
  caller: PatientCaller,
  orders: readonly KnownOrder[],
  dice: Dice,
  over: () => boolean,
) {
  const links: string[] = []

  async function ask() {
    const order = dice.pick(orders)
    const found = await caller.post('/api/public/orders/lookup', order)
    if (!good(found)) throw new Error(`an order is gone: ${order.orderNo} ${JSON.stringify(found.body)}`)
    const token = capability(String(found.body['capability']))
    const open = list(found.body['lines']).filter((line) => Number(line['cancelable']) > 0)
    if (open.length === 0) return
    const line = dice.pick(open)
    const quantity = dice.whole(1, Number(line['cancelable']))
    const request = {
      lines: [{ orderLineId: line['id'], quantity }],
      reason: dice.pick(['C31', 'C32', 'C33']),
      policySeen: true,
    }
    await caller.post('/api/public/cancellations/preview', request, token)
    const opened = await caller.command('/api/public/cancellations', request, token)
    if (good(opened)) links.push(String(opened.body['link']).replace('/c/', ''))
  }

  async function visit() {
    const link = dice.pick(links)
    const token = capability(link)
    const page = await caller.command('/api/public/case/messages', { text: '请问到哪一步了？' }, token)
    if (!good(page)) throw new Error(`a case is gone: ${JSON.stringify(page.body)}`)
    if (page.body['question'] !== null) await caller.command('/api/public/case/answer', { text: '是的，确定。' }, token)
    else if (page.body['mayWithdraw'] === true && dice.chance(0.4))
      await caller.command('/api/public/case/withdraw', { comment: '不取消了' }, token)
  }

  while (!over()) await (links.length > 0 && dice.chance(0.35) ? visit() : ask())
}

/** What staff does with a task, by the element that it stands at. */
const handling: Record<string, (dice: Dice) => Data> = {
  stopPick: (dice) => ({
    action: 'complete',
    variables: { stopResult: dice.chance(0.8) ? 'stopped' : 'shipped', stopNote: '' },
  }),
  manualRefund: () => ({ action: 'complete', variables: { refundCause: 'account', refundNote: '已核对' } }),
  review: (dice) =>
    dice.chance(0.2)
      ? { action: 'ask', comment: '确定要取消吗？', to: 'initiator' }
      : dice.chance(0.8)
        ? { action: 'approve', comment: '' }
        : { action: 'reject', comment: '已经安排生产，取消不了。' },
  approval: (dice) =>
    dice.chance(0.85)
      ? { action: 'approve', comment: '同意' }
      : { action: 'reject', comment: '金额不对，请重新申请。' },
}

/** Somebody of the staff, who takes what waits for him and decides. */
export async function worksOff(caller: PatientCaller, dice: Dice, over: () => boolean): Promise<void> {
  while (!over()) {
    const view = dice.pick(['mine', 'claimable'])
    const page = await caller.get(`/api/tasks?view=${view}&limit=20`)
    const tasks = list(page.body['items'])
    if (tasks.length === 0) {
      if (!over()) await caller.news()
      continue
    }
    const task = dice.pick(tasks)
    const path = `/api/tasks/${encodeURIComponent(String(task['taskId']))}`
    if (task['claimable'] === true && dice.chance(0.7)) {
      const claimed = await caller.command(`${path}/claim`, undefined)
      if (!good(claimed) || dice.chance(0.3)) continue
    }
    const elementId = String(task['step'])
    const kind = elementOfStep[elementId] ?? 'approval'
    await caller.command(`${path}/acts`, handling[kind]?.(dice))
  }
}

/** The names of the pack's steps. */
const elementOfStep: Record<string, string> = { 停拣: 'stopPick', 人工处理退款: 'manualRefund', 客服审核: 'review' }

/** An admin who lets what is stuck try again, steps of cases and work of the shop beside them; gives how many. */
export async function resolvesIncidents(caller: PatientCaller): Promise<number> {
  let resolved = 0
  const page = await caller.get('/api/incidents?limit=200')
  for (const { id } of list(page.body['items'])) {
    const answer = await caller.command(`/api/incidents/${encodeURIComponent(String(id))}/resolve`, undefined)
    if (good(answer)) resolved += 1
  }
  return resolved
}
