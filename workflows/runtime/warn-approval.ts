import type { Directory } from '../engine/host.ts'
import type { Participant } from '../model/approval.ts'
import { hiddenFields } from '../model/check-approval.ts'
import type { ParsedNode, ParsedProcess } from '../model/definition.ts'
import type { Problem } from '../model/problem.ts'
import { problem } from '../model/problems.ts'

export interface WarnDependencies {
  people: Directory
  /** Names of the fields that a published form demands; null when there is no such form. */
  demanded(formId: string): Promise<readonly string[] | null>
}

/** Whom a participant names whatever case it is; null when that depends on the case. */
function namedToday({ kind, value = '' }: Participant, people: Directory): readonly string[] | null {
  const present = (ids: readonly string[]) => ids.filter((id) => people.person(id)?.canceled === false)
  if (kind === 'user') return present(value.split(/\s+/).filter(Boolean))
  if (kind === 'role') return present(people.inRole(value).map(({ id }) => id))
  if (kind === 'department') return present(people.inDepartment(value).map(({ id }) => id))
  return null
}

function warnPeople(node: ParsedNode, people: Directory): Problem[] {
  const { participants } = node.policy ?? {}
  const list = participants?.list ?? []
  const found = list.map((one) => namedToday(one, people))
  const isNobody = list.length > 0 && found.every((ids) => ids?.length === 0)
  const { transferTo } = node.policy?.deadline ?? {}
  const isGone = transferTo !== undefined && namedToday({ kind: 'user', value: transferTo }, people)?.length === 0
  const named = list.map(({ kind, value }) => `${kind} ${value ?? ''}`.trim()).join(', ')
  const chains = list.flatMap(({ kind, upTo }) =>
    kind === 'managerChain' && upTo && !/^\d+$/.test(upTo) ? [upTo] : [],
  )
  return [
    ...(isNobody ? [problem('approval.nobody_today', node, named, 'warning')] : []),
    ...(isGone ? [problem('approval.nobody_today', node, transferTo, 'warning')] : []),
    ...chains
      .filter((role) => people.inRole(role).length === 0)
      .map((role) => problem('approval.chain_without_role', node, role, 'warning')),
  ]
}

/** What an author should know of a process that could be published, seen with the people and forms of today. */
export async function warnApproval(process: ParsedProcess, deps: WarnDependencies): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const node of process.nodes) {
    if (!node.policy) continue
    problems.push(...warnPeople(node, deps.people))
    const demanded = node.formId === undefined ? null : await deps.demanded(node.formId)
    if (demanded) problems.push(...hiddenFields(node, demanded))
  }
  return problems
}
