import type { ActorId } from '../instance.ts'
import { millisecondsOf } from '../instants.ts'
import { SYSTEM, type TaskContext } from './task.ts'

/** Who is passed by a rule counts as having approved. */
const answered = new Set(['approved', 'rejected', 'skipped'])

const nobody: ReadonlySet<ActorId> = new Set()

/**
 * Everybody who may not act here: who handled one of the listed elements (or entered the case, when its start event is
 * listed), in whose name that was done, and who stands in for them now. A step that a return made void was handled
 * all the same, and so is an item of one that was not decided.
 */
export function barred(context: TaskContext): ReadonlySet<ActorId> {
  const { fourEyes } = context.policy
  if (fourEyes.length === 0) return nobody
  const makers = new Set<ActorId>()
  if (fourEyes.some((element) => context.startElements.includes(element))) makers.add(context.initiator)
  for (const step of context.handled) if (fourEyes.includes(step.elementId)) makers.add(step.by)
  for (const { elementId, items } of [...context.handled, ...context.unfinished]) {
    if (!fourEyes.includes(elementId)) continue
    for (const item of items) {
      for (const who of item.earlier ?? []) makers.add(who)
      if (!answered.has(item.state)) continue
      makers.add(item.who)
      if (item.from?.how === 'substitute' || item.from?.how === 'delegate') makers.add(item.from.who)
      for (const { who } of item.opinions ?? []) makers.add(who)
    }
  }
  makers.delete(SYSTEM)
  const substitutes = [...makers].map((maker) => activeSubstitute(context, maker))
  return new Set([...makers, ...substitutes.filter((one) => one !== null)])
}

/** Who stands in for a person now: from inclusive, until exclusive. */
export function activeSubstitute(context: Pick<TaskContext, 'people' | 'now'>, who: ActorId): ActorId | null {
  const substitute = context.people.person(who)?.substitute ?? null
  if (substitute === null) return null
  const [now, from, until] = [context.now, substitute.from, substitute.until].map(millisecondsOf)
  return now !== null && from !== null && until !== null && now! >= from! && now! < until! ? substitute.to : null
}
