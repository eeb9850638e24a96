import type { Participant, Participants, TaskAction, TaskPolicy } from '../../model/approval.ts'
import type { StepPolicy } from './task.ts'

const defaultActions: TaskAction[] = [
  { name: 'approve', comment: 'optional', signature: false },
  { name: 'reject', comment: 'required', signature: false },
]

const nobodyNamed: Participants = {
  list: [],
  whenNobody: 'incident',
  whenInitiator: 'keep',
  whenRepeated: 'ask',
}

/**
 * Fills in what the diagram leaves out. A task is an approval step when it names an approval mode or actions; without a
 * mode a manager chain is asked in turn, everybody else as any of them. The lane's role serves a task that names nobody
 * (coverage c13).
 */
export function stepPolicy(policy: TaskPolicy | undefined, fallback: readonly Participant[]): StepPolicy {
  if (!policy?.participants || policy.participants.list.length === 0) return filledIn(policy, fallback)
  const before = filled.get(policy)
  if (before) return before
  const made = filledIn(policy, fallback)
  filled.set(policy, made)
  return made
}

/** Policies never change; that of a step is asked for by every act, and may name very many. */
const filled = new WeakMap<TaskPolicy, StepPolicy>()

function filledIn(policy: TaskPolicy | undefined, fallback: readonly Participant[]): StepPolicy {
  const approval = policy?.approval !== undefined || policy?.actions !== undefined
  const named = policy?.participants ?? nobodyNamed
  const participants = named.list.length > 0 ? named : { ...named, list: [...fallback] }
  const chained = participants.list.some((participant) => participant.kind === 'managerChain')
  return {
    approval,
    participants,
    decision: approval
      ? (policy?.approval ?? { mode: chained ? 'sequence' : 'any', rejectAt: 'first' })
      : { mode: 'any', rejectAt: 'first' },
    actions: approval ? (policy?.actions ?? defaultActions) : [],
    return: policy?.return ?? { to: 'previous', elements: [] },
    fields: policy?.fields ?? null,
    deadline: policy?.deadline ?? null,
    fourEyes: policy?.fourEyes ?? [],
  }
}
