import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drive } from '../../support/drive.ts'
import type { Driver } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'
import type { ProcessBuilder } from '../../support/process-builder.ts'

/** A block of a diagram, one inside another; every one has one way in and one way out. */
interface Leaf {
  kind: 'user' | 'service' | 'script' | 'timer' | 'message' | 'multi' | 'guarded'
}
interface Group {
  kind: 'sequence' | 'parallel' | 'exclusive' | 'sub'
  parts: Block[]
}
type Block = Leaf | Group

const { block } = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Block>(
      { kind: 'user' },
      { kind: 'service' },
      { kind: 'script' },
      { kind: 'timer' },
      { kind: 'message' },
      { kind: 'multi' },
      { kind: 'guarded' },
    ),
    fc.record({
      kind: fc.constantFrom('sequence', 'parallel', 'exclusive', 'sub'),
      parts: fc.array(tie('block'), { minLength: 1, maxLength: 3 }),
    }) as fc.Arbitrary<Block>,
  ),
}))

function draw(builder: ProcessBuilder, shape: Block, next: () => string): void {
  if ('parts' in shape) return drawGroup(builder, shape, next)
  const id = next()
  if (shape.kind === 'user') builder.userTask(id)
  else if (shape.kind === 'service') builder.serviceTask(id)
  else if (shape.kind === 'script') builder.scriptTask(id, '=flag', 'seen')
  else if (shape.kind === 'timer') builder.timerCatch(id, { duration: 'PT5M' })
  else if (shape.kind === 'message') builder.messageCatch(id, 'news', '="k"')
  else if (shape.kind === 'multi')
    builder.serviceTask(id).times('=2', { outputCollection: `${id}out`, outputElement: '=1' })
  else if (shape.kind === 'guarded') {
    builder.serviceTask(id).timerBoundary(`${id}remind`, { cycle: 'R2/PT1M' }, false).end(`${id}reminded`)
    builder.at(id).errorBoundary(`${id}failed`, 'E').exclusiveGateway(`${id}merge`).at(id).to(`${id}merge`)
  }
}

function drawGroup(builder: ProcessBuilder, { kind, parts }: Group, next: () => string): void {
  const id = next()
  if (kind === 'sequence') {
    for (const part of parts) draw(builder, part, next)
    return
  }
  if (kind === 'sub') {
    builder.subProcess(id).start(`${id}start`)
    for (const part of parts) draw(builder, part, next)
    builder.end(`${id}end`).endSubProcess()
    return
  }
  const gateway = kind === 'parallel' ? 'parallelGateway' : 'exclusiveGateway'
  builder[gateway](id)
  parts.forEach((part, index) => {
    builder.at(id)
    if (kind === 'exclusive' && index < parts.length - 1) builder.when(index === 0 ? 'flag' : 'not(flag)')
    draw(builder, part, next)
    if (index === 0) builder[gateway](`${id}join`)
    else builder.to(`${id}join`)
  })
  const split = builder.build().nodes.find((node) => node.id === id)
  if (kind === 'exclusive' && split) split.defaultFlow = split.outgoing.at(-1) ?? null
}

function drawn(shape: Block) {
  const builder = process('p').start()
  let count = 0
  draw(builder, shape, () => `n${++count}`)
  return builder.end().build()
}

/** Does one of the things that are possible now, the way that the number says; false when there is none. */
function act(run: Driver, choice: number): boolean {
  const { jobs, tasks, timers, subscriptions, incidents } = run.open
  const moves: (() => void)[] = [
    ...[...tasks.values()].map(
      (task) => () =>
        void run.send({
          type: 'completeTask',
          now: run.now,
          elementInstanceKey: task.elementInstanceKey,
          by: 'system',
          variables: { filled: choice },
        }),
    ),
    ...[...jobs.values()].flatMap((job) => [
      () => (
        jobs.delete(job.jobId),
        void run.send({ type: 'completeJob', now: run.now, jobId: job.jobId, variables: { done: job.elementId } })
      ),
      () => (
        jobs.delete(job.jobId),
        void run.send({ type: 'throwError', now: run.now, jobId: job.jobId, code: 'E', message: '', variables: {} })
      ),
    ]),
    ...[...timers.values()].map((timer) => () => void run.advanceTo(timer.dueAt > run.now ? timer.dueAt : run.now)),
    ...[...subscriptions.values()].map((open) => () => void run.correlate(open.elementId)),
    ...[...incidents.values()].map((incident) => () => void run.resolve(incident.elementId)),
  ]
  const move = moves[choice % Math.max(moves.length, 1)]
  move?.()
  return move !== undefined
}

/** Moves, adds or takes away a token; what is refused changes nothing, which the driver checks. */
function move(run: Driver, choice: number, place: number): void {
  const { elements } = run.instance
  const { nodes } = run.definition
  const from = elements[choice % Math.max(elements.length, 1)]
  const to = nodes[place % nodes.length]
  if (!from || !to) return
  const changes = [{ from: from.at, to: to.id }, { to: to.id }, { from: from.at, key: from.key }]
  run.send({ type: 'modify', now: run.now, by: 'admin', reason: null, changes: [changes[choice % 3]!] })
}

// The driver itself checks after each step that replay gives the state, that numbers have no gap, that nothing open
// belongs to an element that is gone, and that an active instance has something that can move it.
describe('any process, any run', () => {
  it('replays to the same state, and ends canceled with nothing left open at any point', () => {
    fc.assert(
      fc.property(block, fc.boolean(), fc.array(fc.nat(1000), { maxLength: 25 }), (shape, flag, choices) => {
        const run = drive(drawn(shape), { flag })
        for (const choice of choices) if (run.state !== 'active' || !act(run, choice)) break
        if (run.state === 'active') run.cancel()

        expect(run.instance.elements).toEqual([])
        for (const open of Object.values(run.open)) expect(open.size).toBe(0)
        expect(run.events.map(({ seq }) => seq)).toEqual(run.events.map((_, index) => index + 1))
      }),
      { numRuns: 200 },
    )
  }, 60_000)

  it('comes to its end when every task, job, timer and message is answered', () => {
    fc.assert(
      fc.property(block, fc.boolean(), (shape, flag) => {
        const run = drive(drawn(shape), { flag })
        for (let turn = 0; turn < 400 && run.state === 'active'; turn++) act(run, 0)

        expect(run.state).toBe('completed')
        expect(run.count('end')).toBe(1)
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  it('stays whole wherever its tokens are moved by hand', () => {
    fc.assert(
      fc.property(
        block,
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(3)), { maxLength: 20 }),
        (shape, flag, choices) => {
          const run = drive(drawn(shape), { flag })
          for (const [choice, place, kind] of choices) {
            if (run.state !== 'active') break
            if (kind > 0) act(run, choice)
            else move(run, choice, place)
          }
          if (run.state === 'active') run.cancel()

          expect(run.instance.elements).toEqual([])
          for (const open of Object.values(run.open)) expect(open.size).toBe(0)
        },
      ),
      { numRuns: 100 },
    )
  }, 30_000)
})
