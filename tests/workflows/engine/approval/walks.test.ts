import { describe, expect, it } from 'vitest'
import type { ApprovalPolicy, Deadline, TaskPolicy } from '../../../../workflows/model/approval.ts'
import { actions, participants, user } from '../../../support/approval-step.ts'
import { aCase } from '../../../support/case-run.ts'
import { diagram, end, parallel, service, start, type NodeSpec } from '../../../support/diagram.ts'
import { seeded } from '../../../support/seeded.ts'

type Run = ReturnType<typeof aCase>
type Dice = () => number

const staff = ['wang', 'zhao', 'sun', 'chen', 'qian', 'zhou']
const everybody = ['li', ...staff, 'root', 'stranger']

const pick = <T>(dice: Dice, list: readonly T[]): T => list[Math.floor(dice() * list.length)]!
const some = <T>(dice: Dice, list: readonly T[], most: number): T[] => {
  const left = [...list]
  const count = 1 + Math.floor(dice() * most)
  return Array.from({ length: count }, () => left.splice(Math.floor(dice() * left.length), 1)[0]!)
}

function policyOf(dice: Dice, before: readonly string[]): TaskPolicy {
  const mode = pick(dice, ['any', 'all', 'sequence', 'ratio', 'count'] as const)
  const approval: ApprovalPolicy = {
    mode,
    rejectAt: pick(dice, ['first', 'unreachable'] as const),
    ...(mode === 'ratio' && { threshold: pick(dice, [0.3, 0.5, 0.67, 1]) }),
    ...(mode === 'count' && { threshold: pick(dice, [1, 2, 3]) }),
  }
  const deadline: Deadline = {
    due: { duration: pick(dice, ['PT2H', 'P1D']) },
    calendar: 'natural',
    atEnd: pick(dice, ['remind', 'approve', 'reject', 'transfer', 'escalate', 'return'] as const),
    transferTo: pick(dice, staff),
    reminders: [{ offset: '-PT1H' }, { offset: 'PT1H', every: 'PT1H', times: 2 }],
  }
  return {
    participants: participants(some(dice, staff, 4).map(user), {
      whenNobody: 'assign',
      whenInitiator: pick(dice, ['keep', 'skip', 'manager'] as const),
      whenRepeated: pick(dice, ['ask', 'passIfPrevious', 'passIfUnchanged'] as const),
    }),
    approval,
    actions: actions('approve', 'reject', 'return', 'transfer', 'delegate', 'addSigner', 'removeSigner', 'ask', 'cc'),
    return: { to: pick(dice, ['any', 'previous', 'initiator'] as const), elements: [] },
    fields: { default: 'hidden', fields: [{ path: 'amount', access: dice() < 0.3 ? 'editable' : 'readonly' }] },
    ...(dice() < 0.6 && { deadline }),
    ...(dice() < 0.5 && { fourEyes: some(dice, before, 2) }),
  }
}

const apply: NodeSpec = { kind: 'userTask', policy: { participants: participants([{ kind: 'initiator' }]) } }

/** A few approval steps, in a row, in branches, in a sub-process or several at once, and a payment behind them. */
function drawing(dice: Dice) {
  const step = (more: Partial<NodeSpec> = {}, before = ['apply', 'start', 'first']): NodeSpec => ({
    kind: 'userTask',
    policy: policyOf(dice, before),
    ...more,
  })
  const inside = { parentId: 'sub' }
  const around = { sub: { kind: 'subProcess' }, s: { ...start, ...inside }, e: { ...end, ...inside } }
  const shape = pick(dice, ['row', 'branches', 'sub'] as const)
  const withdraw = { until: pick(dice, ['handled', 'always'] as const), to: pick(dice, ['canceled', 'draft'] as const) }
  const more = { withdraw }
  const first = step({}, ['apply', 'start'])
  const pay = service('pay')
  if (shape === 'row')
    return diagram(
      { start, apply, first, second: step(), third: step(), pay, end },
      ['start -> apply -> first -> second -> third -> pay -> end'],
      more,
    )
  if (shape === 'sub')
    return diagram(
      { start, apply, first, ...around, second: step(inside), third: step(inside), pay, end },
      ['start -> apply -> first -> sub -> pay -> end', 's -> second -> third -> e'],
      more,
    )
  return diagram(
    { start, apply, first, fork: parallel, second: step(), third: step(), join: parallel, pay, end },
    ['start -> apply -> first -> fork -> second -> join -> pay -> end', 'fork -> third -> join'],
    more,
  )
}

/** Who handled something, as the history tells it: for four eyes, independent of the code that guards them. */
function handlersOf(run: Run, elements: readonly string[]): ReadonlySet<string> {
  const handlers = new Map<string, string>()
  for (const event of run.events) {
    if (event.type !== 'taskActed' || !elements.includes(event.elementId)) continue
    const name = `${event.key} ${event.by}`
    if (['approve', 'reject', 'complete'].includes(event.action)) handlers.set(name, event.by)
    else if (event.action === 'revoke') handlers.delete(name)
  }
  return new Set(handlers.values())
}

/** What each approval was given for: the amount at that moment. */
interface Given {
  key: number
  who: string
  amount: unknown
}

function walk(seed: number): string[] {
  const dice: Dice = seeded(seed).next
  const definition = drawing(dice)
  const people = Object.fromEntries([
    ...staff.map((id, index) => [id, { roles: ['staff'], manager: staff[(index + 1) % staff.length]! }] as const),
    ['li', { manager: 'wang' }] as const,
    ['root', { roles: ['admin'] }] as const,
    ['stranger', {}] as const,
  ])
  const run = aCase(definition, { people, variables: { amount: 100 }, restarts: dice() < 0.5 })
  let clock = Date.parse('2026-03-02T01:00:00.000Z')
  const given: Given[] = []
  const wrong: string[] = []
  const policyAt = (element: string) => definition.node(element)?.parsed.policy

  function act(): void {
    const task = pick(dice, run.tasks())
    if (!task) return
    const { elementId, elementInstanceKey: key } = task
    const by =
      dice() < 0.75 ? pick(dice, task.waitingFor.length > 0 ? task.waitingFor : everybody) : pick(dice, everybody)
    if (elementId === 'apply' || elementId === 'start') {
      const variables = dice() < 0.5 ? { amount: pick(dice, [100, 200]) } : {}
      run.send({ type: 'completeTask', elementInstanceKey: key, by, variables })
      return
    }
    const action = pick(dice, [
      ...Array.from({ length: 6 }, () => 'approve'),
      'reject',
      'return',
      'transfer',
      'delegate',
      'opinion',
      'opinion',
      'addSigner',
      'removeSigner',
      'revoke',
      'ask',
      'answer',
      'urge',
      'reassign',
    ])
    const more = {
      to: action === 'return' ? pick(dice, ['apply', 'first', 'second']) : pick(dice, everybody),
      from: pick(dice, staff),
      position: pick(dice, ['before', 'after', 'parallel'] as const),
      afterwards: pick(dice, ['rerun', 'back', 'affected'] as const),
      ...(action === 'approve' && dice() < 0.2 && { variables: { amount: pick(dice, [100, 300]) } }),
    }
    const barred = handlersOf(run, policyAt(elementId)?.fourEyes ?? [])
    const answer = run.send({ type: 'act', elementInstanceKey: key, by, action, ...more })
    if (answer !== 'ok') return
    const decides = action === 'approve' || action === 'reject'
    if (decides && !task.waitingFor.includes(by)) wrong.push(`${by} decided ${elementId}, which waited for others`)
    if (decides && barred.has(by)) wrong.push(`${by} decided ${elementId} against four eyes`)
    if (action === 'return') wrong.push(...asForetold(run))
    if (action === 'approve') given.push({ key, who: by, amount: run.variables['amount'] })
  }

  function organization(): void {
    const who = pick(dice, staff)
    const person = run.people.person(who)!
    const change = dice()
    if (change < 0.3) Object.assign(person, { substitute: null })
    else if (change < 0.8) {
      const [from, until] = [clock - 3_600_000, clock + 36_000_000].map((at) => new Date(at).toISOString())
      Object.assign(person, { substitute: { to: pick(dice, everybody), from, until } })
    } else if (staff.filter((id) => !run.people.person(id)!.canceled).length > 3) {
      Object.assign(person, { canceled: true })
      // Whoever leaves hands over what he has.
      for (const task of run.tasks().filter(({ waitingFor }) => waitingFor.includes(who)))
        for (const to of [...staff, 'root']) {
          const command = { type: 'act', by: 'root', action: 'reassign', from: who, to } as const
          if (run.send({ ...command, elementInstanceKey: task.elementInstanceKey }) === 'ok') break
        }
      // Where nobody could take over he stays.
      if (run.tasks().some(({ waitingFor }) => waitingFor.includes(who))) Object.assign(person, { canceled: false })
    } else Object.assign(person, { canceled: false })
  }

  const moves: [weight: number, move: () => void][] = [
    [12, act],
    [
      2,
      () => {
        clock += pick(dice, [600_000, 3_600_000, 90_000_000])
        run.advanceTo(new Date(clock).toISOString())
      },
    ],
    [1, organization],
    [1, () => void run.set({ amount: pick(dice, [100, 200, 300]) })],
    [0.2, () => void run.withdraw(pick(dice, ['li', 'wang']))],
    [0.5, () => void (run.jobs.size > 0 && run.job('pay'))],
  ]
  const total = moves.reduce((sum, [weight]) => sum + weight, 0)
  for (let turn = 0; turn < 60 && run.state === 'active' && wrong.length === 0; turn++) {
    const hadJob = run.jobs.size > 0
    let at = dice() * total
    moves.find(([weight]) => (at -= weight) < 0)?.[1]()
    wrong.push(...look(run, given, !hadJob && run.jobs.size > 0))
  }
  if (wrong.length === 0 && JSON.stringify(run.replayed()) !== JSON.stringify(run.instance))
    wrong.push('its history gives another state')
  return wrong
}

/** A return did what its preview says: the preview is the effects of the very event that the act causes. */
function asForetold(run: Run): string[] {
  const event = run.events.findLast((one) => one.type === 'caseReturned')
  if (event?.type !== 'caseReturned') return ['a return without its event']
  const agreed = (items: readonly { state: string }[]) =>
    items.some(({ state }) => state === 'approved' || state === 'skipped')
  const ended = (run.instance.handled ?? []).filter(
    (step) => step.approval && agreed(step.items) && step.key < event.seq,
  )
  // Of the one who comes straight back the answers of the others are kept with the case.
  const comesBack = (key: number) => event.target === undefined && key === event.key
  const isVoid = ended.filter(
    (step) => event.voided.includes(step.key) && step.outcome !== 'rejected' && !comesBack(step.key),
  )
  const stands = [
    ...ended.filter((step) => comesBack(step.key)),
    ...ended.filter((step) => !step.void && !['rejected', 'returned', 'canceled'].includes(step.outcome)),
    ...run.instance.elements
      .filter(({ step, key }) => step && key < event.seq && agreed(step.items))
      .map(({ at }) => ({ elementId: at })),
  ]
  const ids = (steps: readonly { elementId: string }[]) => [...new Set(steps.map((step) => step.elementId))].toSorted()
  const told = JSON.stringify([event.effects.void.toSorted(), event.effects.kept.toSorted()])
  const happened = JSON.stringify([ids(isVoid), ids(stands)])
  return told === happened ? [] : [`the preview said ${told}, but ${happened} happened`]
}

/** What must hold at every moment. */
function look(run: Run, given: readonly Given[], pays: boolean): string[] {
  const wrong: string[] = []
  if (run.orphans().length > 0) wrong.push(`orphans: ${run.orphans().join(' ')}`)
  const ends = run.events.flatMap((event) => (event.type === 'stepEnded' ? [event.key] : []))
  if (new Set(ends).size < ends.length) wrong.push('a step was decided twice')
  const clocks = run.events.flatMap((event) =>
    event.type === 'timerFired' && event.id.startsWith('@deadline') ? [`${event.key} ${event.id}`] : [],
  )
  if (new Set(clocks).size < clocks.length) wrong.push('a deadline fired twice')
  for (const task of run.tasks()) {
    const held = run.incidents().some((incident) => incident.startsWith(`${task.elementId} `))
    if (task.waitingFor.length === 0 && !held) wrong.push(`${task.elementId} waits for nobody`)
    // The process admins are the last whom an item goes to; here there is one.
    const isTaken = task.items.some(({ who }) => who === 'root')
    for (const who of task.waitingFor)
      if (run.people.person(who)?.canceled !== false && task.items.length > 0 && !isTaken)
        wrong.push(`${task.elementId} waits for ${who}, who has left`)
  }
  if (!pays) return wrong
  // Every approval that led to the payment was given for what is paid.
  for (const step of run.instance.handled ?? []) {
    if (!step.approval || step.void || step.outcome !== 'approved') continue
    for (const item of step.items.filter(({ state }) => state === 'approved')) {
      const last = given.findLast(({ key, who }) => key === step.key && who === item.who)
      if (last && last.amount !== run.variables['amount'])
        wrong.push(
          `${item.who} approved ${String(last.amount)} at ${step.elementId}, and ${String(run.variables['amount'])} is paid`,
        )
    }
  }
  return wrong
}

describe('random walks over acts, the clock and the organization', () => {
  it.each(Array.from({ length: 10 }, (_, index) => index))(
    'hold all that must hold, walks %i of ten',
    (part) => {
      const walks = Number(process.env['WALKS'] ?? 100)
      const wrong: string[] = []
      for (let index = 0; index < walks / 10; index++) {
        const seed = part * 100_000 + index + 1
        wrong.push(...walk(seed).map((sentence) => `walk ${seed}: ${sentence}`))
      }
      expect(wrong).toEqual([])
    },
    60_000,
  )
})
