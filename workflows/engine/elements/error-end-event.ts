import { handled } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { catchesError, throwError } from '../errors.ts'
import { readText } from '../evaluate.ts'
import { failure } from '../incidents.ts'
import { move } from '../run.ts'
import type { Run } from '../run.ts'

/** Throws its error; the event itself is completed before its scope is interrupted. */
function activate(run: Run, visit: Visit): Outcome {
  const [trigger] = visit.node.triggers
  const said = trigger?.kind === 'error' && trigger.code ? readText(run, visit, trigger.code) : null
  if (said && !said.ok) return said.failure
  const code = said?.value ?? ''
  if (catchesError(run, { ...visit, element: null }, code) === null)
    return failure('error.uncaught', { errorCode: code, message: visit.node.name })
  move(run, visit, 'completed')
  throwError(run, { ...visit, element: null }, code, visit.node.name, null)
  return handled
}

/** BPMN 10.5.3: ends the nearest scope around that catches the error; nobody catching it is an incident here. */
export const errorEndEvent: Element = {
  name: { zh: '错误结束事件', en: 'error end event' },
  activate,
}
