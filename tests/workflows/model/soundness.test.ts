import { threadCpuUsage } from 'node:process'
import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../../../workflows/model/check-definition.ts'
import { process } from '../../support/process-builder.ts'

type Built = ReturnType<ReturnType<typeof process>['build']>

const told = (parsed: Built) =>
  checkDefinition(parsed).map(
    ({ severity, code, elementId, path }) => `${severity} ${code} ${elementId}: ${path?.join(' ')}`,
  )

describe('soundness of a diagram (reliability B27)', () => {
  it('shows the way into a join that waits for ever', () => {
    const deadlock = process('p')
      .start()
      .exclusiveGateway('x')
      .when('a')
      .task('a')
      .parallelGateway('join')
      .end()
      .at('x')
      .otherwise()
      .task('b')
      .to('join')
      .build()

    expect(told(deadlock)).toEqual(['warning bpmn.unsound join: start x a join'])
    const [problem] = checkDefinition(deadlock)
    expect(problem?.message.zh).toBe('「join」会一直等下去，等不到其余的分支：start → x → a → join。')
    expect(problem?.message.en).toMatch(/^Expected every branch to arrive at "join".*start → x → a → join/)
  })

  it('shows the way on which what follows a merge happens twice', () => {
    const twice = process('p')
      .start()
      .parallelGateway('fork')
      .task('a')
      .exclusiveGateway('merge')
      .end()
      .at('fork')
      .task('b')
      .to('merge')
      .build()

    expect(told(twice)).toEqual(['warning bpmn.unsound merge: start fork a b merge merge'])
  })

  it('plays an inclusive split into its join, whatever is chosen', () => {
    const fits = process('p')
      .start()
      .inclusiveGateway('split')
      .when('a')
      .task('a')
      .inclusiveGateway('join')
      .end()
      .at('split')
      .when('b')
      .task('b')
      .to('join')
      .at('split')
      .otherwise()
      .task('c')
      .to('join')
      .build()
    const misfit = process('p')
      .start()
      .inclusiveGateway('split')
      .when('a')
      .task('a')
      .parallelGateway('join')
      .end()
      .at('split')
      .when('b')
      .task('b')
      .to('join')
      .build()

    expect(told(fits)).toEqual([])
    expect(told(misfit)).toContain('warning bpmn.unsound join: start split a join')
  })

  it('plays an inclusive join over a parallel and an exclusive split', () => {
    const parsed = process('p')
      .start()
      .parallelGateway('fork')
      .task('a')
      .inclusiveGateway('join')
      .end()
      .at('fork')
      .exclusiveGateway('x')
      .when('b')
      .task('b')
      .to('join')
      .at('x')
      .otherwise()
      .end('out')
      .build()

    expect(told(parsed)).toEqual([])
  })

  it('knows that an interrupting boundary event takes the token of its activity', () => {
    const parsed = process('p')
      .start()
      .parallelGateway('fork')
      .userTask('a')
      .parallelGateway('join')
      .end()
      .at('fork')
      .userTask('b')
      .to('join')
      .at('b')
      .timerBoundary('late', { duration: 'PT1H' })
      .end('given-up')
      .build()

    expect(told(parsed)).toEqual(['warning bpmn.unsound join: start fork a b late given-up join'])
  })

  it('finds nothing where a terminate end event sweeps the waiting branch away', () => {
    const parsed = process('p')
      .start()
      .parallelGateway('fork')
      .userTask('a')
      .parallelGateway('join')
      .end()
      .at('fork')
      .exclusiveGateway('x')
      .when('ok')
      .to('join')
      .at('x')
      .otherwise()
      .terminateEnd('stop')
      .build()

    expect(told(parsed)).toEqual([])
  })

  it('plays conditional flows of an activity as an inclusive split', () => {
    const parsed = process('p')
      .start()
      .userTask('a')
      .when('x')
      .task('b')
      .parallelGateway('join')
      .end()
      .at('a')
      .when('y')
      .task('c')
      .to('join')
      .build()

    expect(told(parsed)).toContain('warning bpmn.unsound join: start a b join')
  })

  it('begins everywhere at once where there is no start event (coverage (c)14)', () => {
    const parsed = process('p').task('a').parallelGateway('join').task('end').build()
    parsed.nodes.push({ ...parsed.nodes[0]!, id: 'b', outgoing: ['b-join'] })
    parsed.nodes[1]!.incoming.push('b-join')
    parsed.flows.push({ id: 'b-join', name: '', from: 'b', to: 'join', condition: null })

    expect(told(parsed)).toEqual([])
  })

  it('looks into sub-processes by themselves', () => {
    const parsed = process('p')
      .start()
      .subProcess('sub')
      .start('s')
      .exclusiveGateway('x')
      .when('a')
      .parallelGateway('join')
      .end('e')
      .at('x')
      .otherwise()
      .to('join')
      .endSubProcess()
      .end()
      .build()

    expect(told(parsed)).toEqual(['warning bpmn.unsound join: s x join'])
  })

  it('says it by names where there are names', () => {
    const parsed = process('p')
      .start()
      .exclusiveGateway('x')
      .when('a')
      .userTask('a', { name: '审批' })
      .parallelGateway('join')
      .end()
      .at('x')
      .otherwise()
      .task('b')
      .to('join')
      .build()

    expect(checkDefinition(parsed)[0]?.message.zh).toContain('start → x → 审批 → join')
  })

  it('is done with a wide diagram in a moment', () => {
    const builder = process('p').start().parallelGateway('fork')
    for (let branch = 0; branch < 40; branch++) {
      builder.at('fork').userTask(`a${branch}`).userTask(`b${branch}`)
      if (branch === 0) builder.parallelGateway('join').end()
      else builder.to('join')
    }

    const spent = () => threadCpuUsage().user / 1000
    const began = spent()
    expect(told(builder.build())).toEqual([])
    expect(spent() - began).toBeLessThan(1000)
  })
})

describe('loops that never wait (reliability B26)', () => {
  it('shows the turn of the loop', () => {
    const parsed = process('p')
      .start()
      .exclusiveGateway('x')
      .throwEvent('t')
      .exclusiveGateway('y')
      .when('a')
      .to('x')
      .at('y')
      .otherwise()
      .end()
      .build()

    expect(told(parsed)).toEqual(['error bpmn.busy_loop x: t y x'])
  })

  it('finds a gateway that leads to itself', () => {
    expect(
      told(process('p').start().exclusiveGateway('x').when('a').to('x').at('x').otherwise().end().build()),
    ).toEqual(['error bpmn.busy_loop x: x'])
  })

  it('takes a loop whose parallel join waits for somebody outside of the loop', () => {
    const parsed = process('p')
      .start()
      .exclusiveGateway('again')
      .parallelGateway('fork')
      .userTask('work')
      .parallelGateway('join')
      .exclusiveGateway('y')
      .when('more')
      .to('again')
      .at('y')
      .otherwise()
      .end()
      .at('fork')
      .to('join')
      .build()

    expect(told(parsed)).toEqual([])
  })
})

describe('elements on no way', () => {
  it('shows the way to what never comes to an end', () => {
    const parsed = process('p')
      .start()
      .exclusiveGateway('x')
      .when('a')
      .end()
      .at('x')
      .otherwise()
      .userTask('u')
      .userTask('v')
      .to('u')
      .build()

    expect(told(parsed)).toEqual(['error bpmn.unreachable u: start x u', 'error bpmn.unreachable v: start x u v'])
  })
})
