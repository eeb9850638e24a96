import type { ElementState } from './events.ts'

/**
 * Legal moves of an element instance. An element that passes in one go is told by its last move; activating and
 * completing last only while an incident holds it there, terminating while something must be undone first.
 */
export const moves: Readonly<Record<'entered' | ElementState, readonly ElementState[]>> = {
  entered: ['activating', 'activated', 'completing', 'completed'],
  activating: ['activated', 'completing', 'completed', 'terminating', 'terminated'],
  activated: ['completing', 'completed', 'terminating', 'terminated'],
  completing: ['completing', 'completed', 'terminating', 'terminated'],
  completed: [],
  terminating: ['terminated'],
  terminated: [],
}

export const mayMove = (from: 'entered' | ElementState, to: ElementState) => moves[from].includes(to)
