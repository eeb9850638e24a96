import { compensate } from '../compensation.ts'
import { done } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import type { Run } from '../run.ts'

function activate(run: Run, visit: Visit): Outcome {
  const [trigger] = visit.node.triggers
  if (trigger?.kind !== 'compensate') return done
  return compensate(run, visit, trigger.activityRef, trigger.waitForCompletion)
}

/** BPMN 13.5.5: undoes what was completed, the last first, and goes on when that is done. */
export const compensateThrowEvent: Element = {
  name: { zh: '补偿抛出事件', en: 'compensation throw event' },
  activate,
}
