import type { ApprovalPolicy, TaskPolicy } from '../../workflows/model/approval.ts'
import { actions, participants, user } from '../support/approval-step.ts'
import { aCase } from '../support/case-run.ts'
import { diagram, end, parallel, service, start, type NodeSpec } from '../support/diagram.ts'

/** What happens to a step. */
export const happenings = [
  'return',
  'return back',
  'return affected',
  'withdraw',
  'withdraw to draft',
  'reject',
  'transfer',
  'delegate',
  'add signer before',
  'add signer after',
  'add signer beside',
  'deadline',
  'substitute',
  'revoke',
  'terminate',
  'cancel',
] as const
export const modes = ['any', 'all', 'sequence', 'ratio', 'count'] as const
export const places = [
  'on a plain path',
  'in a parallel branch',
  'after a parallel join',
  'in a sub-process',
  'in a multi-instance sub-process',
  'as a multi-instance',
  'at its second activation',
] as const
export const moments = [
  'before any decision',
  'after some',
  'at the same instant',
  'second at the same instant',
] as const
export const stores = ['at hand', 'loaded again before each act'] as const

export interface Cell {
  happening: (typeof happenings)[number]
  mode: (typeof modes)[number]
  place: (typeof places)[number]
  moment: (typeof moments)[number]
  store: (typeof stores)[number]
}

/** Every combination; none is picked by hand. */
export const cells: readonly Cell[] = happenings.flatMap((happening) =>
  modes.flatMap((mode) =>
    places.flatMap((place) =>
      moments.flatMap((moment) => stores.map((store) => ({ happening, mode, place, moment, store }))),
    ),
  ),
)

export const nameOf = ({ happening, mode, place, moment, store }: Cell) =>
  `${happening} · ${mode} · ${place} · ${moment} · ${store}`

type Run = ReturnType<typeof aCase>

const approval = (mode: Cell['mode']): ApprovalPolicy => ({
  mode,
  rejectAt: mode === 'all' || mode === 'sequence' ? 'first' : 'unreachable',
  ...(mode === 'ratio' && { threshold: 0.6 }),
  ...(mode === 'count' && { threshold: 2 }),
})

const policy = ({ mode }: Cell): TaskPolicy => ({
  participants: participants([user('wang'), user('zhao'), user('sun')]),
  approval: approval(mode),
  actions: actions('approve', 'reject', 'return', 'transfer', 'delegate', 'addSigner', 'removeSigner', 'terminate'),
  return: { to: 'initiator', elements: [] },
  deadline: { due: { duration: 'PT4H' }, calendar: 'natural', atEnd: 'approve', reminders: [{ offset: '-PT1H' }] },
})

const apply: NodeSpec = { kind: 'userTask', policy: { participants: participants([{ kind: 'initiator' }]) } }
const inside = { parentId: 'sub' }
const around = { sub: { kind: 'subProcess' }, s: { ...start, ...inside }, e: { ...end, ...inside } } satisfies Record<
  string,
  NodeSpec
>
const twice: NonNullable<NodeSpec['multiInstance']> = {
  sequential: false,
  collection: null,
  cardinality: '2',
  inputElement: null,
  outputCollection: null,
  outputElement: null,
  completionCondition: null,
}

/** The same step in each surrounding; `other` is what else goes on at the same time. */
function drawing(cell: Cell) {
  const approve: NodeSpec = { kind: 'userTask', policy: policy(cell) }
  const more =
    cell.happening === 'withdraw to draft' ? { withdraw: { until: 'handled' as const, to: 'draft' as const } } : {}
  const plain = (sub: NodeSpec) =>
    diagram(
      { start, apply, ...around, sub, approve: { ...approve, ...inside }, end },
      ['start -> apply -> sub -> end', 's -> approve -> e'],
      more,
    )
  const drawings: Record<Cell['place'], () => ReturnType<typeof diagram>> = {
    'on a plain path': () => diagram({ start, apply, approve, end }, ['start -> apply -> approve -> end'], more),
    'at its second activation': () =>
      diagram({ start, apply, approve, end }, ['start -> apply -> approve -> end'], more),
    'in a parallel branch': () =>
      diagram(
        { start, apply, fork: parallel, approve, other: service('other'), join: parallel, end },
        ['start -> apply -> fork -> approve -> join -> end', 'fork -> other -> join'],
        more,
      ),
    'after a parallel join': () =>
      diagram(
        { start, fork: parallel, apply, other: service('other', { repeatable: true }), join: parallel, approve, end },
        ['start -> fork -> apply -> join -> approve -> end', 'fork -> other -> join'],
        more,
      ),
    'in a sub-process': () => plain(around.sub),
    'in a multi-instance sub-process': () => plain({ ...around.sub, multiInstance: twice }),
    'as a multi-instance': () =>
      diagram(
        { start, apply, approve: { ...approve, multiInstance: twice }, end },
        ['start -> apply -> approve -> end'],
        more,
      ),
  }
  return drawings[cell.place]()
}

/** What must be so however the cell went on; a sentence for each thing that is not. */
function wrongWith(run: Run, expected: 'completed' | 'terminated'): string[] {
  const wrong: string[] = []
  const must = (holds: boolean, what: string) => {
    if (!holds) wrong.push(what)
  }
  must(run.state === expected, `it is ${run.state}, not ${expected}: ${run.active.join(' ')}`)
  must(run.orphans().length === 0, `orphans: ${run.orphans().join(' ')}`)
  const open = [run.tasks().length, run.jobs.size, run.timers.size]
  must(
    open.every((count) => count === 0),
    `tasks, jobs and timers are left: ${open.join(' ')}`,
  )
  must(run.incidents().length === 0, `incidents: ${run.incidents().join(' ')}`)
  must(JSON.stringify(run.replayed()) === JSON.stringify(run.instance), 'its history gives another state')
  const ends = run.events.flatMap((event) => (event.type === 'stepEnded' ? [event.key] : []))
  must(new Set(ends).size === ends.length, 'a step ended twice')
  return wrong
}

/** Nobody waits in a step that still wants an answer. */
const ownerless = (run: Run) => run.tasks().filter((task) => task.waitingFor.length === 0)

/** Carries a case to its end whatever still waits. */
function finish(run: Run): void {
  for (let turn = 0; turn < 60 && run.state === 'active'; turn++) {
    const [task] = run.tasks()
    if (!task) {
      if (run.job('other') !== 'ok') throw new Error(`nothing goes on at ${run.active.join(' ')}`)
      continue
    }
    const [who] = task.waitingFor
    if (who === undefined) throw new Error(`${task.elementId} waits for nobody`)
    const item = task.items.find((one) => one.who === who && one.state === 'open')
    const action = item?.back ? 'opinion' : task.approval ? 'approve' : 'complete'
    const answer = action === 'complete' ? run.complete(task.elementId, who) : run.act(task.elementId, who, action)
    if (answer !== 'ok') throw new Error(`${action} by ${who} at ${task.elementId}: ${answer}`)
  }
}

const people = { li: {}, wang: {}, zhao: {}, sun: {}, chen: {}, qian: {}, root: { roles: ['admin'] } }
const away = { to: 'chen', from: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' }

function arrive(cell: Cell): Run {
  const substituted = cell.happening === 'substitute'
  const run = aCase(drawing(cell), {
    people: substituted ? { ...people, wang: { substitute: away } } : people,
    restarts: cell.store === 'loaded again before each act',
  })
  run.complete('apply', 'li')
  if (cell.place === 'after a parallel join') run.job('other')
  if (cell.place === 'at its second activation') {
    run.act('approve', run.waitingFor('approve')[0]!, 'return')
    run.complete('apply', 'li')
  }
  return run
}

/** What each happening does, what it must answer, and how the case ends then. */
interface Deed {
  run(run: Run, holder: string, key: number): string
  ends?: 'terminated'
  /** Right after it. */
  check?(run: Run, holder: string, cell: Cell): string[]
}

const act =
  (action: string, more: object = {}): Deed['run'] =>
  (run, holder) =>
    run.act('approve', holder, action, more)
const returned = (run: Run) => (run.waitingFor('apply').join() === 'li' ? [] : ['the initiator was not asked'])

const deeds: Record<Cell['happening'], Deed> = {
  return: { run: act('return', { afterwards: 'rerun' }), check: returned },
  'return back': { run: act('return', { afterwards: 'back' }), check: returned },
  'return affected': { run: act('return', { afterwards: 'affected' }), check: returned },
  withdraw: { run: (run) => run.withdraw('li'), ends: 'terminated' },
  'withdraw to draft': { run: (run) => run.withdraw('li'), check: returned },
  reject: { run: act('reject') },
  transfer: {
    run: act('transfer', { to: 'chen' }),
    check: (run) => (run.waitingFor('approve').includes('chen') ? [] : ['the receiver was not asked']),
  },
  delegate: {
    run: act('delegate', { to: 'chen' }),
    check: (run) => (run.waitingFor('approve').includes('chen') ? [] : ['the delegate was not asked']),
  },
  'add signer before': { run: act('addSigner', { to: ['chen'], position: 'before' }) },
  'add signer after': { run: act('addSigner', { to: ['chen'], position: 'after' }) },
  'add signer beside': { run: act('addSigner', { to: ['chen', 'qian'], position: 'parallel' }) },
  deadline: {
    run(run) {
      run.advanceTo('2026-03-02T06:00:00.000Z')
      return run.waitingFor('approve').length === 0 ? 'ok' : 'the clock did not end it'
    },
  },
  substitute: {
    run: (run, holder) => (holder === 'wang' ? 'the one who is away was asked' : run.act('approve', holder, 'approve')),
  },
  revoke: {
    run(run, holder, key) {
      const answer = run.act('approve', holder, 'approve')
      if (answer !== 'ok') return answer
      const taken = run.send({ type: 'act', elementInstanceKey: key, by: holder, action: 'revoke' })
      // Where the case has come to its end by it, or it was one of several, nothing can be taken back.
      return taken === 'revoke.too_late' ? 'ok' : taken
    },
  },
  terminate: { run: act('terminate'), ends: 'terminated' },
  cancel: { run: (run) => run.cancel(), ends: 'terminated' },
}

/** Codes that somebody may read who comes too late. */
const tooLate = new Set([
  'ok',
  'task.closed',
  'task.not_yours',
  'task.action_not_offered',
  'withdraw.too_late',
  'instance.ended',
])

/** Runs one cell to its end; gives what was wrong, nothing when all was right. */
export function runCell(cell: Cell): string[] {
  const run = arrive(cell)
  const { happening, moment, mode } = cell
  const deed = deeds[happening]
  if (moment === 'after some') {
    // In mode any the first approval would decide, so some have decided means somebody has rejected.
    const answer = run.act('approve', run.waitingFor('approve')[0]!, mode === 'any' ? 'reject' : 'approve')
    if (answer !== 'ok') return [`the first answer: ${answer}`]
  }
  const [holder = ''] = run.waitingFor('approve')
  const key = run.tasks().find((task) => task.elementId === 'approve')!.elementInstanceKey
  const rival = () => run.send({ type: 'act', elementInstanceKey: key, by: holder, action: 'approve' })
  const wrong: string[] = []

  let answer: string
  if (moment === 'second at the same instant') {
    const first = rival()
    if (first !== 'ok') wrong.push(`the first of two: ${first}`)
    answer =
      run.waitingFor('approve').includes(holder) || !deedOfHolder.has(happening)
        ? deed.run(run, holder, key)
        : late(run, deed, holder, key)
    if (!tooLate.has(answer) && answer !== 'the clock did not end it') wrong.push(`the second of two: ${answer}`)
  } else {
    answer = deed.run(run, holder, key)
    const expected = moment === 'after some' && happening.startsWith('withdraw') ? 'withdraw.too_late' : 'ok'
    if (answer !== expected) wrong.push(`expected ${expected}, but got ${answer}`)
    if (answer === 'ok') wrong.push(...(deed.check?.(run, holder, cell) ?? []))
    if (moment === 'at the same instant') {
      const second = rival()
      if (!tooLate.has(second)) wrong.push(`the second of two: ${second}`)
    }
  }
  if (run.orphans().length > 0) wrong.push(`orphans at once: ${run.orphans().join(' ')}`)
  if (ownerless(run).length > 0) wrong.push('a task waits for nobody')
  const ends = answer === 'ok' && deed.ends ? deed.ends : 'completed'
  finish(run)
  return [...wrong, ...wrongWith(run, ends)]
}

/** Acts of the holder himself: once he has answered, they come too late. */
const deedOfHolder = new Set<string>(
  happenings.filter((one) => !['withdraw', 'withdraw to draft', 'deadline', 'cancel'].includes(one)),
)

function late(run: Run, deed: Deed, holder: string, key: number): string {
  const answer = deed.run(run, holder, key)
  return answer === 'ok' ? 'an act on an answered item was done' : answer
}
