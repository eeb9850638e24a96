import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const guarded = (interrupting: boolean) =>
  process('p')
    .start()
    .userTask('a')
    .end()
    .eventSubProcess('h')
    .messageHandler('hs', 'stop', interrupting)
    .userTask('undo')
    .end('he')
    .endSubProcess()

describe('event sub-process', () => {
  it('listens for the process as a whole, by its key 1, and no longer when that has ended', () => {
    const run = drive(guarded(true).build())
    expect(run.instance.root).toMatchObject({ key: 1, at: 'p' })
    expect([...run.open.subscriptions.keys()]).toEqual(['pi:1:hs'])

    run.completeTask('a')

    expect(run.state).toBe('completed')
    expect(run.open.subscriptions.size).toBe(0)
    expect(run.instance.root).toBeUndefined()
  })

  it('interrupts what runs in its scope, tokens on their way included, and is over then', () => {
    const run = drive(guarded(true).build())

    run.correlate('hs', { why: 'x' })

    expect(run.active()).toEqual(['undo'])
    expect([run.count('a', 'terminated'), run.open.subscriptions.size]).toEqual([1, 0])
    expect(run.variables).toEqual({ why: 'x' })
    expect(run.completeTask('undo').state).toBe('completed')
  })

  it('that does not interrupt begins again each time, and the process waits for every handler', () => {
    const run = drive(guarded(false).build())

    run.correlate('hs').correlate('hs').completeTask('a').correlate('hs')
    expect(run.active()).toEqual(['undo', 'undo', 'undo'])
    run.completeTask('undo').completeTask('undo')
    expect(run.state).toBe('active')

    expect(run.completeTask('undo').state).toBe('completed')
  })

  it('takes an error of its own level; what its handler throws goes further outward', () => {
    const parsed = process('p')
      .start()
      .subProcess('s')
      .start('ss')
      .serviceTask('work')
      .end('se')
      .eventSubProcess('h')
      .errorHandler('hs', null)
      .errorEnd('again', 'bad')
      .endSubProcess()
      .at('s')
    const inner = parsed.endSubProcess().errorBoundary('b', 'bad').userTask('outside').end('e1')
    const run = drive(inner.at('s').end('e2').build())

    run.throwError('work', 'bad')

    expect(run.active()).toEqual(['outside'])
    expect([run.count('hs'), run.count('again'), run.count('s', 'terminated')]).toEqual([1, 1, 1])
  })

  it('whose message has no key is an incident of the process, which begins once it has one', () => {
    const parsed = process('p').start().userTask('a').end().eventSubProcess('h')
    const run = drive(parsed.messageHandler('hs', 'stop', true, '=order').end('he').endSubProcess().build())
    expect(run.incidents()).toEqual([{ element: 'p', code: 'message.key_missing' }])
    expect(run.active()).toEqual([])

    run.setVariables({ order: 'A' }).resolve('p')

    expect(run.active()).toEqual(['a'])
    expect([...run.open.subscriptions.values()]).toMatchObject([{ correlationKey: 'A' }])
  })

  it('that interrupts leaves nothing else of its scope waiting', () => {
    const parsed = guarded(true).eventSubProcess('other').conditionalHandler('cs', 'late').end('ce').endSubProcess()
    const run = drive(parsed.eventSubProcess('third').messageHandler('ts', 'news', false).end('te').build(), {
      late: false,
    })
    expect(run.open.subscriptions.size).toBe(2)

    run.correlate('hs').setVariables({ late: true })

    expect(run.open.subscriptions.size).toBe(0)
    expect(run.active()).toEqual(['undo'])
  })

  it('does not catch itself what it throws', () => {
    const parsed = process('p')
      .start()
      .subProcess('s')
      .start('ss')
      .escalationThrow('ask', 'E')
      .userTask('work')
      .end('se')
      .eventSubProcess('h')
      .escalationHandler('hs', 'E', false)
      .escalationThrow('further', 'E')
      .end('he')
      .endSubProcess()
      .at('s')
    const run = drive(
      parsed
        .endSubProcess()
        .escalationBoundary('b', 'E', false)
        .userTask('outside')
        .end('e1')
        .at('s')
        .end('e2')
        .build(),
    )

    expect(run.active()).toEqual(['outside', 'work'])
    expect([run.count('hs'), run.count('further')]).toEqual([1, 1])
  })

  it('that interrupts leaves nothing else of its scope listening, not for another error either', () => {
    const parsed = process('p')
      .start()
      .serviceTask('work')
      .end()
      .eventSubProcess('h')
      .errorHandler('hs', 'bad')
      .serviceTask('repair')
      .end('he')
      .endSubProcess()
      .eventSubProcess('other')
      .errorHandler('os', 'worse')
      .end('oe')
      .endSubProcess()
    const run = drive(parsed.build())

    run.throwError('work', 'bad').throwError('repair', 'worse')

    expect(run.incidents()).toEqual([{ element: 'repair', code: 'error.uncaught' }])
    expect(run.count('os')).toBe(0)
  })
})
