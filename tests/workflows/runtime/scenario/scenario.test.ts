import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Step } from '../../../../workflows/runtime/scenario/format.ts'
import { readScenario } from '../../../../workflows/runtime/scenario/read-scenario.ts'
import { runScenario } from '../../../../workflows/runtime/scenario/run-scenario.ts'

const here = import.meta.dirname
const read = (name: string) => ({ name, content: readFileSync(join(here, name), 'utf8') })
const diagram = read('cancel-order.bpmn')

const people = {
  li: { roles: ['service'], manager: 'wang' },
  wang: { roles: ['manager'], name: '王强', manager: 'ma' },
  zhao: { roles: ['manager'] },
  ma: {},
  root: { roles: ['admin'] },
}
const office = { timeZone: 'Asia/Shanghai', hours: ['09:00-18:00'], days: [1, 2, 3, 4, 5] }
const high: Step = { start: { variables: { amount: 620 }, by: 'li' } }
const low: Step = { start: { variables: { amount: 20 }, by: 'li' } }

const run = (steps: Step[], more: object = {}) =>
  runScenario(
    {
      title: '一个场景',
      files: ['cancel-order.bpmn'],
      now: '2026-03-02T09:00:00+08:00',
      people,
      calendars: { working: office },
      steps,
      ...more,
    },
    [diagram],
  )
const outcome = async (steps: Step[], more: object = {}) => {
  const { ok, step, message } = await run(steps, more)
  return ok ? 'ok' : `step ${step}: ${message}`
}

describe('a scenario', () => {
  it('passes when everything is as it says', async () => {
    const scenario = readScenario(read('manager-approves.scenario.json').content)
    expect(scenario.ok && (await runScenario(scenario.scenario, [diagram]))).toEqual({
      title: '金额超过 500 元的取消需要经理同意',
      ok: true,
      step: null,
      message: '',
    })
  })

  it('tells a long story: returned, escalated, asked, urged, and closed for everybody', async () => {
    const scenario = readScenario(read('returned-and-escalated.scenario.json').content)
    expect(scenario.ok && (await runScenario(scenario.scenario, [diagram]))).toMatchObject({ ok: true, message: '' })
  })

  it('tells the number of the step that fails, and the difference', async () => {
    expect(await outcome([high, { expect: { variables: { level: 'auto' } } }])).toBe(
      'step 2: variable level: expected "auto", but got "manager"',
    )
    expect(await outcome([high, { expect: { active: ['refund'] } }])).toBe(
      'step 2: expected refund to be active, but approve is',
    )
    expect(await outcome([high, { expect: { state: 'completed' } }])).toContain('expected the state completed')
    expect(await outcome([high, { expect: { instance: 'main#2' } }])).toBe('ok')
    expect(await outcome([high, { expect: { instance: 'main#2', state: 'active' } }])).toContain('no instance main#2')
  })

  it('fails a step that the engine refuses, with the code', async () => {
    expect(await outcome([high, { act: { element: 'approve', by: 'zhao', action: 'transfer', to: 'ma' } }])).toContain(
      'step 2: refused with task.action_not_offered',
    )
  })

  it.each<[string, Step, string]>([
    ['completed', { expect: { completed: ['approve'] } }, 'expected approve to be completed'],
    ['completed by count', { expect: { completed: { level: 2 } } }, 'expected level to be completed 2 times'],
    ['terminated', { expect: { terminated: ['approve'] } }, 'expected approve to be terminated'],
    ['never', { expect: { never: ['level'] } }, 'expected level never to be activated'],
    ['flows', { expect: { flows: { high: 2 } } }, 'expected high to be taken 2 times, but it was 1 times'],
    ['order', { expect: { order: ['level', 'start'] } }, 'expected the order level, start'],
    ['incidents', { expect: { incidents: [{ element: 'approve' }] } }, 'expected the incidents'],
    ['timers', { expect: { timers: [{ element: 'approve', due: 'P1D' }] } }, 'expected the timer'],
    ['messages', { expect: { messages: [{ element: 'approve' }] } }, 'expected the message subscription'],
    ['waitingFor', { expect: { waitingFor: { approve: ['li'] } } }, 'expected approve to wait for li'],
    ['items', { expect: { items: { approve: [{ who: 'li' }] } } }, 'items of approve'],
    ['drafts', { expect: { drafts: { approve: { wang: { fee: 1 } } } } }, 'drafts of approve'],
    ['instances', { expect: { instances: { 'cancel-order': 2 } } }, 'expected cancel-order to be started 2 times'],
    ['orphans', { expect: { orphans: 1 } }, 'expected 1 orphans'],
  ])('sees when %s does not hold', async (_, step, message) => {
    expect(await outcome([high, step])).toContain(message)
  })
})

describe('steps', () => {
  it('start names instances in the order of their start, and by `as`', async () => {
    const second: Step = { start: { variables: { amount: 620 }, by: 'li', as: 'again' } }
    const steps: Step[] = [low, second, { expect: { active: ['refund'] } }]
    for (const instance of ['again', 'main#2']) steps.push({ expect: { instance, active: ['approve'] } })
    expect(await outcome(steps)).toBe('ok')
  })

  it('jobs listed at the top are answered at once: complete, error, and fail some times', async () => {
    const ends = (jobs: object) =>
      outcome([low, { expect: { state: 'completed', variables: { refundId: 'R' } } }], { jobs })
    expect(await ends({ 'refund-payment': { complete: { refundId: 'R' } } })).toBe('ok')
    const recovers: unknown = JSON.parse('{"fail":{"times":2,"then":{"complete":{"refundId":"R"}}}}')
    expect(await ends({ 'refund-payment': recovers })).toBe('ok')
    const fails = { 'refund-payment': { fail: { message: 'down', times: 3 } } }
    const stuck: Step = { expect: { incidents: [{ element: 'refund', code: 'job.no_retries' }] } }
    expect(await outcome([low, stuck, { resolve: { element: 'refund' } }], { jobs: fails })).toBe('ok')
    const thrown = { 'refund-payment': { error: { code: 'X' } } }
    const uncaught: Step = { expect: { incidents: [{ element: 'refund', code: 'error.uncaught' }] } }
    expect(await outcome([low, uncaught], { jobs: thrown })).toBe('ok')
  })

  it('jobs that wait are completed, failed with a backoff, or throw, by element or by type', async () => {
    const failed: Step = { failJob: { type: 'refund-payment', message: 'down', backoff: 'PT5M' } }
    const complete: Step = { completeJob: { element: 'refund', variables: { refundId: 'R' } } }
    expect(await outcome([low, failed, complete, { expect: { state: 'completed' } }])).toBe('ok')
    const final: Step = { failJob: { element: 'refund', retries: 0 } }
    expect(
      await outcome([low, final, { expect: { incidents: [{ element: 'refund', code: 'job.no_retries' }] } }]),
    ).toBe('ok')
    expect(
      await outcome([
        low,
        { throwError: { element: 'refund', code: 'E' } },
        { expect: { incidents: [{ element: 'refund' }] } },
      ]),
    ).toBe('ok')
    expect(await outcome([high, complete])).toContain('refused with job.not_found')
  })

  it('advance moves the clock and fires what is due on the way, in order', async () => {
    const due: Step = { expect: { timers: [{ element: 'approve', due: '2026-03-03T09:00:00+08:00' }] } }
    const steps: Step[] = [
      high,
      due,
      { advance: 'PT8H' },
      { expect: { waitingFor: { approve: ['wang', 'zhao'] } } },
      { advance: { to: '2026-03-03T09:00:00+08:00' } },
      { expect: { waitingFor: { approve: ['ma', 'root'] } } },
    ]
    expect(await outcome(steps)).toBe('ok')
    expect(await outcome([high, { advance: 'soon' }])).toContain('expected a duration or an instant')
    expect(await outcome([high, { advance: { to: '2020-01-01T00:00:00Z' } }])).toContain('does not go back')
  })

  it('restart loads everything from what was stored, in the middle of anything', async () => {
    const steps: Step[] = [
      high,
      { restart: {} },
      { act: { element: 'approve', by: 'wang', action: 'ask', to: 'initiator', comment: '？' } },
      { restart: {} },
      { act: { element: 'approve', by: 'li', action: 'answer' } },
      { act: { element: 'approve', by: 'wang', action: 'approve' } },
      { restart: {} },
      { completeJob: { element: 'refund' } },
      { expect: { state: 'completed' } },
    ]
    expect(await outcome(steps)).toBe('ok')
  })

  it('fails when it expects something of an element that no file has, or begins at no instant', async () => {
    for (const expectation of [{ never: ['ghost'] }, { flows: { ghost: 0 } }, { timers: [{ element: 'ghost' }] }])
      expect(await outcome([high, { expect: expectation }])).toBe(
        'step 2: expect: there is no element "ghost" in the files',
      )
    expect(await outcome([high], { now: 'yesterday' })).toBe('step 0: now: expected an instant, but got "yesterday"')
  })

  it('rejects holds exactly one step', async () => {
    expect(await outcome([high, { rejects: { cancel: {}, restart: {} } }])).toBe(
      'step 2: rejects: expected exactly one step, but there are cancel and restart',
    )
  })

  it('preview names the act, or has its fields beside what is expected', async () => {
    const goal = { element: 'approve', by: 'wang', action: 'return', to: 'initiator' }
    const answers = [await outcome([high, { preview: { act: goal } }]), await outcome([high, { preview: goal }])]
    expect(answers[0]).toBe(answers[1])
    expect(await outcome([high, { preview: { ...goal, void: ['ghost'] } }])).not.toBe('ok')
  })

  it('rejects passes only for a refusal with the code that changes nothing', async () => {
    const by = (who: string) => ({ act: { element: 'approve', by: who, action: 'approve' } })
    expect(await outcome([high, { rejects: { ...by('li'), code: 'task.four_eyes' } }])).toBe('ok')
    expect(await outcome([high, { rejects: { ...by('li'), code: 'task.not_yours' } }])).toContain(
      'expected the code task.not_yours, but got task.four_eyes',
    )
    expect(await outcome([high, { rejects: by('wang') }])).toContain('but it was done')
    expect(await outcome([{ rejects: { start: { process: 'ghost' }, code: 'process.not_found' } }])).toBe('ok')
  })

  it('withdraw, cancel and setVariables act on the instance that is named', async () => {
    const withdraw: Step = { act: { by: 'li', action: 'withdraw' } }
    expect(await outcome([high, withdraw, { expect: { state: 'terminated', terminated: ['approve'] } }])).toBe('ok')
    expect(await outcome([high, { cancel: {} }, { expect: { state: 'terminated' } }])).toBe('ok')
    expect(
      await outcome([
        high,
        { setVariables: { variables: { amount: 5 } } },
        { expect: { variables: { amount: 5, gone: null } } },
      ]),
    ).toBe('ok')
    expect(await outcome([high, { cancel: { instance: 'other' } }])).toContain('no instance other')
  })

  it('batch does each act on its own, with its own result', async () => {
    const act = (by: string) => ({ element: 'approve', by, action: 'approve' })
    const batch: Step = {
      batch: { acts: [act('li'), act('wang'), act('zhao')], results: ['task.four_eyes', 'ok', 'task.closed'] },
    }
    expect(await outcome([high, batch])).toBe('ok')
  })

  it('feel evaluates an expression, decimals compared by value', async () => {
    expect(await outcome([{ feel: { expression: '=a + 0.2', context: { a: 0.1 }, result: '0.30' } }])).toBe('ok')
    expect(await outcome([{ feel: { expression: '1 +', result: 1 } }])).toContain('refused with feel.syntax')
    expect(await outcome([{ feel: { expression: '1 + 1', result: 3 } }])).toBe('step 1: expected 3, but got 2')
  })

  it('activate is refused where no ad-hoc sub-process runs', async () => {
    expect(await outcome([high, { activate: { element: 'x' } }])).toContain('refused with adhoc.not_found')
  })
})

describe('the file of a scenario', () => {
  const wrong = (value: object | string) => {
    const result = readScenario(
      typeof value === 'string' ? value : JSON.stringify({ title: 't', files: [], steps: [], ...value }),
    )
    return result.ok ? 'ok' : result.message
  }

  it.each<[string, object | string, string]>([
    ['text that is no JSON', '{', 'not JSON'],
    ['an unknown key', { step: [] }, 'the file: unknown key "step"'],
    ['an unknown step', { steps: [{ begin: {} }] }, 'steps[0]: unknown key "begin"'],
    ['two steps in one', { steps: [{ start: {}, restart: {} }] }, 'steps[0]: expected exactly one step'],
    ['an empty step', { steps: [{}] }, 'steps[0]: expected a key, but there is none'],
    ['an unknown key of a step', { steps: [{ start: { who: 'li' } }] }, 'steps[0].start: unknown key "who"'],
    ['an unknown expectation', { steps: [{ expect: { done: [] } }] }, 'steps[0].expect: unknown key "done"'],
    ['a step inside rejects', { steps: [{ rejects: { expect: {} } }] }, 'steps[0].rejects: unknown key "expect"'],
    [
      'a wrong type',
      { steps: [{ expect: { active: 'approve' } }] },
      'steps[0].expect.active: expected array, but got string',
    ],
    ['a wrong value', { steps: [{ expect: { state: 'done' } }] }, 'expected one of active, completed, terminated'],
    ['a missing key', { steps: [{ message: {} }] }, 'steps[0].message: expected the key "name"'],
    ['a key of Object', { constructor: 1 }, 'unknown key "constructor"'],
    ['neither steps nor refused', '{"title":"t","files":[]}', 'expected steps or refused'],
  ])('is refused for %s', (_, value, message) => {
    expect(wrong(value)).toContain(message)
  })

  it('is accepted when each key is known', () => {
    expect(wrong({ row: 'approval', steps: [{ advance: 'PT1H' }, { advance: { to: '2026-01-01T00:00:00Z' } }] })).toBe(
      'ok',
    )
  })
})

describe('a deployment that must be refused', () => {
  const broken = { name: 'broken.bpmn', content: diagram.content.replace('targetRef="gate"', 'targetRef="ghost"') }
  const refused = (ids: string[], file = broken) =>
    runScenario({ title: 't', files: [file.name], refused: ids }, [file]).then(({ ok, message }) =>
      ok ? 'ok' : message,
    )

  it('passes when each id is named by a problem', async () => {
    expect(await refused(['f1'])).toBe('ok')
    expect(await refused(['f1', 'gate'])).toContain('expected gate to be named')
  })

  it('fails when the deployment is accepted, and a scenario whose files cannot be deployed says why', async () => {
    expect(await refused(['approve'], diagram)).toContain('but it was accepted')
    const result = await runScenario({ title: 't', files: ['broken.bpmn'], steps: [] }, [broken])
    expect(result).toMatchObject({ ok: false, step: 0 })
    expect(result.message).toContain('f1')
  })

  it('takes the id of the root for what is wrong with the whole file', async () => {
    const cut = {
      name: 'cut.bpmn',
      content: diagram.content.replace('</bpmn:process>', '').replace('id="d"', 'id="nothing"'),
    }
    expect(await refused(['nothing'], cut)).toBe('ok')
  })
})
