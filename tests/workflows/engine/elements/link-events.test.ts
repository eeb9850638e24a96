import { describe, expect, it } from 'vitest'
import { checkProcess } from '../../../../workflows/engine/check.ts'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('link events', () => {
  it('lead from every throw to the one catch of their name', () => {
    const parsed = process('p').start().exclusiveGateway('x').when('n = 1').linkThrow('t1', 'A').at('x').otherwise()
    const run = drive(parsed.linkThrow('t2', 'A').apart().linkCatch('c', 'A').userTask('a').end().build(), { n: 2 })

    expect(run.active()).toEqual(['a'])
    expect([run.count('t1'), run.count('t2'), run.count('c')]).toEqual([0, 1, 1])
  })

  it('are refused without a partner, and with two', () => {
    const alone = process('p').start().linkThrow('t', 'A').apart().linkCatch('c', 'B').end().build()
    const twice = process('p').start().linkThrow('t', 'A').apart().linkCatch('c1', 'A').end('e1').apart()
    const found = (parsed: typeof alone) =>
      checkProcess(parsed).flatMap(({ code, elementId }) =>
        code.startsWith('bpmn.link') ? [`${code} ${elementId}`] : [],
      )

    expect(found(alone)).toEqual(['bpmn.link_target t'])
    expect(found(twice.linkCatch('c2', 'A').end('e2').build())).toEqual(['bpmn.link_twice c2'])
  })
})
