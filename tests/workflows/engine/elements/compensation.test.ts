import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const trip = (waits = true) =>
  process('trip')
    .start()
    .serviceTask('flight')
    .undoneBy('undo-flight')
    .serviceTask('hotel')
    .undoneBy('undo-hotel')
    .compensationThrow('give-up', null, waits)
    .userTask('after')
    .end()
    .build()

// The driver checks after each step that replay gives the state and that nothing is left open.
describe('compensation', () => {
  it('keeps what can be undone in the order of completion, and nothing once it is over', () => {
    const run = drive(trip()).completeJob('flight')
    expect(run.instance.undoable).toMatchObject([{ at: 'flight' }])

    run.completeJob('hotel')
    expect(run.instance.undoable).toBeUndefined()
    run.completeJob('undo-hotel').completeJob('undo-flight').completeTask('after')

    expect(run.state).toBe('completed')
    expect(run.events.flatMap((event) => (event.type === 'activityUndone' ? [event.elementId] : []))).toEqual([
      'hotel',
      'flight',
    ])
  })

  it('runs beside its thrower when that does not wait, and keeps the process until it is done', () => {
    const run = drive(trip(false)).completeJob('flight').completeJob('hotel').completeTask('after')

    expect(run.state).toBe('active')
    run.completeJob('undo-hotel').completeJob('undo-flight')
    expect(run.state).toBe('completed')
  })

  it('ends with its scope at any point, with nothing left behind', () => {
    for (const done of [['flight'], ['flight', 'hotel'], ['flight', 'hotel', 'undo-hotel']]) {
      const run = drive(trip())
      for (const job of done) run.completeJob(job)

      run.cancel()

      expect(run.state).toBe('terminated')
      expect(run.instance.undoable).toBeUndefined()
      expect(run.open.jobs.size).toBe(0)
    }
  })
})
