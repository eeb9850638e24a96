import { describe, expect, it } from 'vitest'
import { findStuckInstances } from '../../../workflows/runtime/stuck-instances.ts'
import { bpmnXml, timerCatch } from '../../support/bpmn-xml.ts'
import { testRuntime, valueOf } from '../../support/test-runtime.ts'

async function waitingAt(element: string, roots: string[] = []) {
  const test = testRuntime()
  const nodes = ['<startEvent id="s"/>', element, '<endEvent id="e"/>']
  const content = bpmnXml('p', nodes, ['s -> wait', 'wait -> e'], roots)
  valueOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))
  const request = { processId: 'p', processInstanceId: 'case', variables: { paid: false }, businessKey: null }
  valueOf(await test.runtime.start({ ...request, initiator: 'li' }))
  return test
}

describe('an instance that nothing moves any more (reliability R11)', () => {
  it.each([
    ['a timer', timerCatch('wait', 'PT1H')],
    [
      'a condition',
      '<intermediateCatchEvent id="wait"><conditionalEventDefinition id="c"><condition>=paid</condition></conditionalEventDefinition></intermediateCatchEvent>',
    ],
    ['people who choose', '<adHocSubProcess id="wait"><task id="a"/></adHocSubProcess>'],
  ])('is none that waits for %s', async (_what, element) => {
    const { store } = await waitingAt(element)

    expect(await store.count('instances', { state: 'active' })).toBe(1)
    expect(await findStuckInstances(store)).toEqual([])
  })

  it('is found when what it waits for has been lost', async () => {
    const { store } = await waitingAt(timerCatch('wait', 'PT1H'))
    const [timer] = (await store.find('timers', { limit: 1 })).items
    if (!timer) throw new Error('no timer is armed')
    const { id, version, data } = timer
    await store.commit({
      aggregate: { collection: 'timers', id, expectedVersion: version, data },
      followUps: [{ kind: 'remove', collection: 'timers', id }],
    })

    expect(await findStuckInstances(store)).toMatchObject([{ processInstanceId: 'case', processId: 'p' }])
  })
})
