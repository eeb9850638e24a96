import { describe, expect, it } from 'vitest'
import type { DataAssociation, DataPlace, ParsedProcess } from '../../../workflows/model/definition.ts'
import { drive } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'

const object = (name: string): DataPlace => ({ ref: `${name}_ref`, name, store: false, scope: null })
const own = (name: string, of: string): DataPlace => ({ ref: `${of}_${name}`, name, store: false, scope: of })
const association = (
  source: DataPlace | null,
  target: DataPlace,
  more: Partial<DataAssociation> = {},
): DataAssociation => ({
  id: 'a',
  sources: source ? [source] : [],
  target,
  transformation: null,
  assignments: [],
  ...more,
})

/** A service task with one data input and one data output, between two data objects. */
function copying(more: Partial<DataAssociation> = {}): ParsedProcess {
  const parsed = process('p').start().serviceTask('work').userTask('after').end().build()
  parsed.data = [object('order'), object('receipt')]
  parsed.nodes.find(({ id }) => id === 'work')!.data = {
    objects: [],
    dataInputs: ['given'],
    dataOutputs: ['made'],
    inputs: [association(object('order'), own('given', 'work'))],
    outputs: [association(own('made', 'work'), object('receipt'), more)],
  }
  return parsed
}

describe('the data of an activity', () => {
  it('come in before and go out after it, and stay its own in between', () => {
    const run = drive(copying(), { order: { n: 1 } })
    expect([...run.open.jobs.values()][0]?.variables).toMatchObject({ given: { n: 1 }, made: null })

    run.completeJob('work', { made: 'R-1' })

    expect(run.variables).toEqual({ order: { n: 1 }, receipt: 'R-1' })
  })

  it('go out again after an incident in between was resolved', () => {
    const parsed = copying({ transformation: '[order, order]' })
    parsed.nodes.find(({ id }) => id === 'work')!.data!.inputs = []
    const run = drive(parsed, { order: 'x'.repeat(700_000) })
    run.completeJob('work', { made: 'R-1' })
    expect(run.incidents()).toEqual([{ element: 'work', code: 'variables.too_large' }])

    run.setVariables({ order: 1 }).resolve('work')

    expect(run.variables['receipt']).toEqual([1, 1])
    expect(run.active()).toEqual(['after'])
  })

  it('are assigned part by part, the rest staying as it is', () => {
    const assignments = [
      { from: 'made', to: 'receipt.number' },
      { from: '1 + 1', to: 'count' },
      { from: '"seen"', to: 'order.state' },
    ]
    const run = drive(copying({ assignments }), { order: { n: 1 }, receipt: { kept: true } })

    run.completeJob('work', { made: 'R-1' })

    expect(run.variables).toEqual({
      order: { n: 1, state: 'seen' },
      receipt: { kept: true, number: 'R-1', count: 2 },
    })
  })
})
