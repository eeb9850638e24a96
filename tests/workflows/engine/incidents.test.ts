import { describe, expect, it } from 'vitest'
import { incidentAdvice, incidentSentence } from '../../../workflows/engine/incidents.ts'
import { hidden, toldText, toldValue } from '../../../workflows/engine/told-values.ts'
import { step } from '../../../workflows/engine/step.ts'
import { aHost, drive } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'

const valuesOf = (run: ReturnType<typeof drive>) =>
  run.events.flatMap((event) => (event.type === 'incidentRaised' ? [event.values] : []))

describe('an incident', () => {
  it('tells what the failed condition read, paths into data too', () => {
    const definition = process('p')
      .start()
      .exclusiveGateway('x')
      .when('if order.amount > limit then level else null')
      .end('big')
      .at('x')
      .otherwise()
      .end('small')
      .build()

    const run = drive(definition, { order: { amount: 620, lines: [1] }, limit: 500, level: 'manager' })

    expect(run.incidents()).toEqual([{ element: 'x', code: 'condition.not_boolean' }])
    expect(valuesOf(run)).toMatchObject([
      { result: '"manager"', read: { 'order.amount': 620, limit: 500, level: 'manager' } },
    ])
  })

  it('tells what the conditions have read when none of them holds', () => {
    const definition = process('p')
      .start()
      .exclusiveGateway('x')
      .when('order.amount > limit')
      .end('big')
      .at('x')
      .when('level = "low"')
      .end('small')
      .build()

    const run = drive(definition, { order: { amount: 62 }, limit: 500, level: 'high', other: 1 })

    expect(run.incidents()).toEqual([{ element: 'x', code: 'gateway.no_flow' }])
    expect(valuesOf(run)).toMatchObject([{ read: { 'order.amount': 62, limit: 500, level: 'high' } }])
  })

  it('leaves secrets and personal data out, by the name of a value and by what it looks like', () => {
    const definition = process('p')
      .start()
      .exclusiveGateway('x')
      .when('[customer.phone, note, apiToken, idCardNo]')
      .end('a')
      .at('x')
      .otherwise()
      .end('b')
      .build()

    const run = drive(definition, {
      customer: { phone: '13800138000' },
      note: 'call 13900139000 or li@example.com',
      apiToken: 'sk-1',
      idCardNo: '11010519491231002X',
    })

    const said = JSON.stringify([valuesOf(run), [...run.open.incidents.values()]])
    expect(run.incidents()).toHaveLength(1)
    expect(said).toContain(`call ${hidden} or ${hidden}`)
    for (const secret of ['13800138000', '13900139000', 'li@example.com', 'sk-1', '11010519491231002X'])
      expect(said).not.toContain(secret)
  })

  it('hides personal data in the words of a worker', () => {
    const run = drive(process('p').start().serviceTask('mail').end().build())

    run.exhaustJob('mail', 'no mailbox zhang.san@example.com, phone +86 13800138000')

    expect(valuesOf(run)).toMatchObject([{ message: `no mailbox ${hidden}, phone ${hidden}` }])
  })

  it('that is resolved lets its element in, once', () => {
    const run = drive(process('p').start().serviceTask('work', 'work', { retries: '=tries' }).end().build())
    expect(run.incidents()).toEqual([{ element: 'work', code: 'expression.failed' }])

    run.setVariables({ tries: '2' }).resolve('work')

    expect(run.active()).toEqual(['work'])
    expect([...run.open.jobs.values()]).toMatchObject([{ elementId: 'work', retries: 2 }])
  })

  it('says what to do about every code, and nothing about one that it does not know', () => {
    expect(incidentAdvice('call.not_found')?.zh).toContain('发布')
    expect(incidentAdvice('gateway.no_flow')?.en).toContain('default flow')
    expect(incidentAdvice('toString')).toBeNull()
  })
})

describe('a told value', () => {
  it.each([
    ['订单号 CA-20261125-0001', '订单号 CA-20261125-0001'],
    ['卡号 6222020200112233445', `卡号 ${hidden}`],
    ['130 1234 5678', '130 1234 5678'],
    ['amount 1380013800', 'amount 1380013800'],
  ])('"%s" becomes "%s"', (text, told) => {
    expect(toldText(text)).toBe(told)
  })

  it('is plain, short, and never of a sensitive name', () => {
    expect(toldValue('amount', 12.5)).toBe(12.5)
    expect(toldValue('lines', [1])).toBeUndefined()
    expect(toldValue('note', 'x'.repeat(200))).toBe(`${'x'.repeat(100)}…`)
    expect(toldValue('order.receiver.city', 'Shanghai')).toBe(hidden)
    expect(toldValue('手机', 1)).toBe(hidden)
  })
})

describe('an element on a loop', () => {
  it('is counted, also round a boundary event; what stands before, between and behind loops is not', () => {
    const parsed = process('p').start().exclusiveGateway('first').userTask('ask').scriptTask('between', '=1', 'n')
    parsed.exclusiveGateway('second').scriptTask('try', '=1', 'n').exclusiveGateway('again').when('n > 1').to('second')
    parsed.at('again').otherwise().end().at('ask').timerBoundary('late', { duration: 'PT1H' }).to('first')
    const run = drive(parsed.build())

    run.completeTask('ask')

    expect(run.state).toBe('completed')
    expect(run.instance.visits).toEqual({ first: 1, ask: 1, second: 1, try: 1, again: 1 })
  })

  it('is an incident after a thousand elements in one step', () => {
    const circle = process('p').start().exclusiveGateway('merge').scriptTask('count', '=1', 'n').to('merge').build()

    const run = drive(circle)

    expect(run.incidents()).toMatchObject([{ code: 'loop.budget' }])
    expect(valuesOf(run)).toMatchObject([{ limit: 1000 }])
  })

  it('is an incident once it was entered ten thousand times over the life of the instance', () => {
    const run = drive(process('p').start().exclusiveGateway('merge').userTask('ask').to('merge').build())
    const entered = run.instance.visits?.['ask']
    const after = (visits: number) => {
      const instance = structuredClone(run.instance)
      instance.visits!['ask'] = visits
      const { key } = run.at('ask')
      const variables = {}
      const result = step(
        run.definition,
        instance,
        { type: 'completeTask', now: run.now, elementInstanceKey: key, by: 'system', variables },
        run.host,
      )
      return result.ok && result.instance.elements.map(({ at, incident }) => [at, incident?.code])
    }

    expect(entered).toBe(1)
    expect(after(9_999)).toEqual([['ask', undefined]])
    expect(after(10_000)).toEqual([['ask', 'loop.budget']])
  })
})

describe('the budgets of a whole case (reliability R12)', () => {
  const circle = () => drive(process('p').start().exclusiveGateway('merge').userTask('ask').to('merge').build())

  /** Completes the task of a case that already has so much behind it; the incident at the next element, if any. */
  function afterwards(run: ReturnType<typeof circle>, past: { lastEvent?: number; written?: number }, variables = {}) {
    const instance = { ...structuredClone(run.instance), ...past }
    const { key } = run.at('ask')
    const command = { type: 'completeTask' as const, now: run.now, elementInstanceKey: key, by: 'system', variables }
    const result = step(run.definition, instance, command, run.host)
    if (!result.ok) throw new Error(result.refusal.code)
    const raised = result.events.find((event) => event.type === 'incidentRaised')
    return { instance: result.instance, code: raised?.code, of: raised?.values['of'], limit: raised?.values['limit'] }
  }

  it('are fifty thousand events', () => {
    expect(afterwards(circle(), { lastEvent: 49_000 }).code).toBeUndefined()
    expect(afterwards(circle(), { lastEvent: 50_000 })).toMatchObject({
      code: 'loop.budget',
      of: 'events',
      limit: 50_000,
    })
  })

  it('are twenty megabytes that large writes put into the history; small ones are not counted', () => {
    const large = { text: 'x'.repeat(10_000) }
    const run = circle()

    const counted = afterwards(run, {}, large).instance.written

    expect(counted).toBeGreaterThan(10_000)
    expect(afterwards(run, {}, { text: 'x' }).instance.written).toBeUndefined()
    expect(afterwards(run, { written: 20_000_000 }).code).toBeUndefined()
    expect(afterwards(run, { written: 20_971_521 })).toMatchObject({ code: 'loop.budget', of: 'bytes' })
  })

  it('are said in words of their own', () => {
    for (const of of ['events', 'bytes', 'milliseconds']) {
      const { zh, en } = incidentSentence('loop.budget', { limit: 7, of, name: '审批' })
      expect([zh, en]).toEqual([expect.stringMatching(/7.*审批/), expect.stringMatching(/7.*审批|审批.*7/)])
      expect(zh).not.toContain('循环过多')
    }
  })
})

describe('a step that takes too long', () => {
  const chain = () => {
    const builder = process('p').start()
    for (let index = 0; index < 200; index += 1) builder.scriptTask(`s${index}`, '=1', 'n')
    return builder.end().build()
  }

  it('stops at an element, and goes on when somebody lets it', () => {
    let time = 0
    // Each look at the clock finds it 200 ms later.
    const run = drive(chain(), {}, { host: { ...aHost(), elapsed: () => (time += 200) } })

    expect(valuesOf(run)).toMatchObject([{ limit: 250, of: 'milliseconds' }])
    expect(run.instance.state).toBe('active')
  })

  it('is none on a clock that stands still, and without one', () => {
    expect(drive(chain(), {}, { host: { ...aHost(), elapsed: () => 5 } }).instance.state).toBe('completed')
    expect(drive(chain()).instance.state).toBe('completed')
  })
})
