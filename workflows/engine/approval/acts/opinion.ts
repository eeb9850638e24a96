import { ok } from '../../../model/problem.ts'
import type { ActorId, WorkItem } from '../../instance.ts'
import type { Act } from '../act.ts'
import { resumeClock } from '../deadline.ts'
import { checkFields } from '../fields.ts'
import { barred } from '../four-eyes.ts'
import { hasItem } from '../items.ts'
import { ADMIN_ROLE, isReachable, unchanged, type StepState, type TaskContext } from '../task.ts'

/** The delegate says what he thinks; he decides nothing and writes nothing. */
export const opinion: Act = {
  by: 'holder',
  offered: 'always',
  run({ task, context, input, comment, item }) {
    const nothing = checkFields({
      rights: { default: 'readonly', fields: [] },
      known: null,
      reserved: context.reserved,
      before: context.variables,
      sent: input.variables ?? {},
      demandRequired: false,
    })
    if (!nothing.ok) return nothing
    const { back, from: _from, ...own } = item!
    const to = takerBack(task, context, back!.who)
    const returned: WorkItem = {
      ...own,
      who: to,
      openedAt: context.now,
      opinions: [...(own.opinions ?? []), { who: input.by, at: context.now, comment }],
      ...(to !== back!.who
        ? { from: { who: back!.who, how: 'reassign' as const } }
        : back!.from && { from: back!.from }),
    }
    const next = resumeClock(task, context)
    return ok({
      ...unchanged({ ...next, items: next.items.map((one) => (one.id === own.id ? returned : one)) }),
      log: [{ by: input.by, action: 'opinion', comment, to: [to], variables: {} }],
      notices: [{ to: [to], why: 'answered' }],
    })
  },
}

/** The one who delegated; where he has left meanwhile his manager, then the process admins. */
function takerBack(task: StepState, context: TaskContext, who: ActorId): ActorId {
  if (isReachable(context.people, who)) return who
  const manager = context.people.person(who)?.managerId ?? null
  const admins = context.people.inRole(ADMIN_ROLE).map((person) => person.id)
  const excluded = barred(context)
  const may = (id: ActorId) => isReachable(context.people, id) && !excluded.has(id) && !hasItem(task, id)
  return [...(manager === null ? [] : [manager]), ...admins].find(may) ?? who
}
