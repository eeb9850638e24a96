import { describe, expect, it } from 'vitest'
import { tellHistory } from '../../../workflows/engine/explain/history.ts'
import { explainWaits } from '../../../workflows/engine/explain/waits.ts'
import type { Words } from '../../../workflows/engine/explain/words.ts'
import type { ParsedProcess } from '../../../workflows/model/definition.ts'
import { drive } from '../../support/drive.ts'
import type { Driver } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'

const words: Words = { person: (id) => ({ li: '李雯', wang: '王强' })[id] ?? id, timeZone: 'Asia/Shanghai' }
const waits = (definition: ParsedProcess, run: Driver) => explainWaits(definition, run.instance, words)
const history = (definition: ParsedProcess, run: Driver) => tellHistory(definition, run.events, words)

describe('what an instance waits for', () => {
  it('says what people may begin where the process lets them choose', () => {
    const definition = process('p')
      .start()
      .adHoc('free')
      .userTask('call', { name: '回访' })
      .beside()
      .userTask('mail', { name: '发信' })
      .endSubProcess()
      .end()
      .build()

    const [free] = waits(definition, drive(definition))

    expect(free?.what.zh).toBe('自由子流程「free」里可以开始：「回访」、「发信」')
  })

  it('says who has a task until when, what follows on which condition, and what may happen before', () => {
    const definition = process('p')
      .start()
      .userTask('review', { name: '审核', assignee: 'li', dueDate: '2026-03-03T10:00:00Z' })
      .exclusiveGateway('x')
      .when('amount > 500')
      .userTask('manager', { name: '经理审批' })
      .end('approved')
      .at('x')
      .otherwise()
      .end('done')
      .at('review')
      .timerBoundary('late', { duration: 'P2D' })
      .userTask('chase', { name: '催办' })
      .end('chased')
      .build()
    const run = drive(definition, { amount: 620 })

    expect(waits(definition, run)).toEqual([
      {
        elementId: 'review',
        what: {
          zh: '「审核」等李雯办理，2026-03-03 18:00 前',
          en: '"审核" waits for 李雯, until 2026-03-03 18:00',
        },
        next: {
          zh: '然后：amount > 500 时「经理审批」；否则结束',
          en: 'Then: if amount > 500: "经理审批"; else the end',
        },
        meanwhile: [
          {
            zh: '到 2026-03-04 09:00，就停下并转到「催办」',
            en: 'On 2026-03-04 09:00 it stops: "催办"',
          },
        ],
      },
    ])
  })

  it('says which branches a join still waits for', () => {
    const definition = process('p')
      .start()
      .parallelGateway('fork')
      .userTask('a', { name: '甲' })
      .parallelGateway('join')
      .end()
      .at('fork')
      .serviceTask('b', 'work', { name: '乙' })
      .to('join')
      .build()
    const run = drive(definition).completeTask('a')

    expect(waits(definition, run).map(({ what }) => what.zh)).toEqual([
      '「乙」等系统执行完',
      '并行网关「join」还在等：「乙」',
    ])
  })

  it('says what is stuck, and nothing once it is over', () => {
    const definition = process('p').start().serviceTask('pay', 'pay', { name: '退款' }).end().build()
    const run = drive(definition).exhaustJob('pay')

    expect(waits(definition, run)[0]!.what).toEqual({
      zh: '「退款」卡住了（job.no_retries），要管理员处理',
      en: '"退款" is stuck (job.no_retries) and needs an admin',
    })
    run.cancel()
    expect(waits(definition, run)).toEqual([])
  })

  it('says which message or time an event waits for', () => {
    const definition = process('p')
      .start()
      .parallelGateway('fork')
      .messageCatch('paid', 'paid', 'orderNo')
      .end('e1')
      .at('fork')
      .timerCatch('pause', { duration: 'PT1H' })
      .end('e2')
      .build()
    const run = drive(definition, { orderNo: 'A-1' })

    expect(waits(definition, run).map(({ what }) => what.en)).toEqual([
      'the message catch event "paid" waits for the message "paid" (A-1)',
      'the timer catch event "pause" waits for 2026-03-02 10:00',
    ])
  })

  it('calls a message what people call it, where somebody has said so', () => {
    const definition = process('p').start().messageCatch('paid', 'order.paid', 'orderNo').end().build()
    const run = drive(definition, { orderNo: 'A-1' })
    const told = {
      ...words,
      message: (name: string) => (name === 'order.paid' ? { zh: '付款', en: 'payment' } : undefined),
    }

    expect(explainWaits(definition, run.instance, told).map(({ what }) => what.zh)[0]).toContain('消息「付款」')
  })
})

describe('a history in words', () => {
  it('says why each way was taken, with the values that were read', () => {
    const definition = process('p')
      .start()
      .exclusiveGateway('x')
      .when('order.amount > 500')
      .userTask('manager', { name: '经理审批' })
      .end('approved')
      .at('x')
      .otherwise()
      .end('done')
      .build()
    const run = drive(definition, { order: { amount: 620 } }).completeTask('manager', {}, 'wang')
    const told = history(definition, run).map(({ text }) => text.zh)

    expect(told[0]).toBe('李雯 发起')
    expect(told).toContain('「order.amount > 500」成立（order.amount = 620），走向「经理审批」')
    expect(told).toContain('王强 办完了「经理审批」')
    expect(told.at(-1)).toBe('流程结束')
    expect(history(definition, drive(definition, { order: { amount: 1 } })).map(({ text }) => text.en)).toContain(
      'No condition holds, so the default flow leads to the none end event "done"',
    )
  })

  it('hides values that the reader may not see', () => {
    const definition = process('p')
      .start()
      .exclusiveGateway('x')
      .when('salary > 5')
      .end('a')
      .at('x')
      .otherwise()
      .end('b')
      .build()
    const told = tellHistory(definition, drive(definition, { salary: 9 }).events, { ...words, shows: () => false })

    expect(told.map(({ text }) => text.en).join('\n')).toContain('salary = •••')
  })

  it('says which rule fired, what the system did, and what a timer was set to', () => {
    const definition = process('p')
      .start()
      .businessRuleTask('decide', 'policy', 'result', { name: '查政策' })
      .serviceTask('pay', 'refund', { name: '退款' })
      .timerCatch('pause', { duration: 'PT1H' })
      .end()
      .build()
    const run = drive(
      definition,
      {},
      {
        host: {
          ...drive(process('q').start().userTask('t').build()).host,
          evaluateDecision: () => ({
            ok: true,
            output: 'full',
            matched: [{ decisionId: 'policy', ruleIndex: 1, ruleId: 'r2', annotation: '七天内全额退' }],
          }),
        },
      },
    ).completeJob('pay')
    const told = history(definition, run).map(({ text }) => text.zh)

    expect(told).toEqual([
      '李雯 发起',
      '开始事件「start」完成',
      '「查政策」：决策「policy」命中第 2 条（七天内全额退）',
      '「查政策」完成',
      '开始「退款」',
      '交给系统执行「refund」',
      '系统做完了「refund」',
      '「退款」完成',
      '开始定时捕获事件「pause」',
      '定时捕获事件「pause」定在 2026-03-02 10:00',
    ])
  })
})
