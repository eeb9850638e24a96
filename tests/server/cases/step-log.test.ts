import { describe, expect, it } from 'vitest'
import type { EngineEvent } from '../../../workflows/engine/events.ts'
import { diagramState, publicSteps, stepLog, type Outline } from '../../../server/cases/step-log.rules.ts'

const outline: Outline = {
  startId: 'asked',
  nodes: new Map(
    [
      { id: 'asked', name: '已收到申请', kind: 'startEvent', publicStep: '已收到', next: ['review'] },
      { id: 'review', name: '审核', kind: 'userTask', publicStep: '审核中', next: ['fork'] },
      { id: 'fork', name: '', kind: 'exclusiveGateway', publicStep: null, next: ['refund', 'refused'] },
      { id: 'refund', name: '退款', kind: 'serviceTask', publicStep: '退款中', next: ['done'] },
      { id: 'done', name: '', kind: 'endEvent', publicStep: '已完成', next: [] },
      { id: 'refused', name: '驳回', kind: 'endEvent', publicStep: null, next: [] },
    ].map((node) => [
      node.id,
      { buttons: new Map(), claimable: true, approval: null, returns: null, chosenFrom: null, ...node },
    ]),
  ),
}

const at = (minute: number) => `2026-11-23T10:${String(minute).padStart(2, '0')}:00.000Z`

/** A history told as `[minute, key, element, state]`. */
const history = (
  ...moves: [number, number, string, 'activating' | 'activated' | 'completed' | 'terminated'][]
): EngineEvent[] =>
  moves.map(([minute, key, elementId, to], index) => ({
    seq: index + 1,
    at: at(minute),
    type: 'elementMoved',
    key,
    elementId,
    scopeKey: null,
    to,
  }))

describe('the step log of a case', () => {
  it('tells who did what, how long it took and why, and leaves gateways out', () => {
    const events: EngineEvent[] = [
      ...history([0, 1, 'asked', 'activating'], [0, 1, 'asked', 'completed'], [0, 2, 'review', 'activating']),
      {
        seq: 4,
        at: at(48),
        type: 'taskActed',
        key: 2,
        elementId: 'review',
        by: 'lin',
        action: 'approve',
        comment: '尚未发货',
        variables: { fee: 0 },
      },
      ...history([48, 2, 'review', 'completed'], [48, 3, 'fork', 'activating'], [48, 3, 'fork', 'completed']),
    ]

    const steps = stepLog(events, outline)

    expect(steps).toEqual([
      {
        key: 2,
        elementId: 'review',
        name: '审核',
        kind: 'userTask',
        who: 'lin',
        startedAt: at(0),
        endedAt: at(48),
        state: 'completed',
        act: 'approve',
        result: '尚未发货',
        data: { fee: 0 },
      },
    ])
  })

  it('shows the sentence of the rule that decided', () => {
    const events: EngineEvent[] = [
      ...history([0, 1, 'review', 'activating']),
      {
        seq: 2,
        at: at(0),
        type: 'decisionEvaluated',
        key: 1,
        elementId: 'review',
        decisionId: 'cancel-eligibility',
        output: { outcome: 'auto' },
        rules: [{ index: 3, id: 'r4', annotation: '还没开始拣货，随时可以取消，全额退款。' }],
      },
    ]

    expect(stepLog(events, outline)[0]?.result).toBe('还没开始拣货，随时可以取消，全额退款。')
  })
})

describe('the live diagram', () => {
  it('counts what was passed and puts the token where something waits', () => {
    const events: EngineEvent[] = [
      ...history([0, 1, 'asked', 'activating'], [0, 1, 'asked', 'completed']),
      { seq: 3, at: at(0), type: 'flowTaken', flowId: 'f1' },
      ...history([0, 2, 'review', 'activating'], [0, 2, 'review', 'activated']),
    ]

    const state = diagramState(events, outline)

    expect(state.visited).toEqual([{ elementId: 'asked', count: 1, milliseconds: 0 }])
    expect(state.flows).toEqual([{ flowId: 'f1', count: 1 }])
    expect(state.tokens).toEqual([{ elementId: 'review', key: 2, within: null, since: at(0) }])
  })

  it('puts the token into the innermost part at work, and signers of one step into the scope of the step', () => {
    const [scope, body, one, other] = history(
      [0, 2, 'phase', 'activated'],
      [0, 3, 'review', 'activated'],
      [0, 4, 'review', 'activated'],
      [0, 5, 'review', 'activated'],
    )
    const events = [
      scope,
      { ...body, scopeKey: 2, loop: { total: 2 } },
      { ...one, scopeKey: 3, index: 1 },
      { ...other, scopeKey: 3, index: 2 },
    ] as EngineEvent[]
    const nodes = new Map([...outline.nodes, ['phase', { ...outline.nodes.get('review')!, kind: 'adHocSubProcess' }]])

    expect(diagramState(events, { ...outline, nodes }).tokens).toEqual([
      { elementId: 'review', key: 4, within: 2, since: at(0) },
      { elementId: 'review', key: 5, within: 2, since: at(0) },
    ])
    expect(diagramState(events.slice(0, 1), { ...outline, nodes }).tokens).toMatchObject([{ elementId: 'phase' }])
  })

  it('does not count what was ended early as passed', () => {
    const state = diagramState(history([0, 2, 'review', 'activating'], [5, 2, 'review', 'terminated']), outline)

    expect(state.visited).toEqual([])
    expect(state.tokens).toEqual([])
  })
})

describe('the customer’s steps', () => {
  it('show what is done, where it is and what is still to come, each name once', () => {
    const events = history([0, 1, 'asked', 'activating'], [0, 1, 'asked', 'completed'], [1, 2, 'review', 'activating'])

    expect(publicSteps(events, outline, true)).toEqual([
      { name: '已收到', state: 'done', at: at(0) },
      { name: '审核中', state: 'now', at: at(1) },
      { name: '退款中', state: 'next', at: null },
      { name: '已完成', state: 'next', at: null },
    ])
  })

  it('promise nothing more once the case has ended', () => {
    const events = history([0, 2, 'review', 'activating'], [9, 2, 'review', 'completed'])

    expect(publicSteps(events, outline, false)).toEqual([{ name: '审核中', state: 'done', at: at(9) }])
  })
})
