import type { ParsedNode, ParsedProcess } from '../../workflows/model/definition.ts'
import type { EngineEvent } from '../../workflows/engine/events.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { FreeWork } from '../contract/cases.ts'

const busy = {
  zh: '一次只办一步：等正在办的办完，再开始下一步。',
  en: 'One at a time: begin the next when the one at work is done.',
}

/** What an ad-hoc sub-process offers: the steps inside that no flow leads to (bpmn-coverage, convention 8). */
const offeredBy = (process: ParsedProcess, scope: ParsedNode): ParsedNode[] =>
  process.nodes.filter(
    ({ parentId, incoming, attachedTo, triggeredByEvent, forCompensation }) =>
      parentId === scope.id && incoming.length === 0 && !attachedTo && !triggeredByEvent && !forCompensation,
  )

/**
 * The free parts of a process that are at work, with what can be begun in each. Several instances of one are told as
 * one, as the command that begins something knows them by their element.
 */
export function freeWorkOf(
  process: ParsedProcess,
  instance: Readonly<ProcessInstance>,
  events: readonly EngineEvent[],
): FreeWork[] {
  const open = instance.elements.filter(({ adHoc, state }) => adHoc && !adHoc.over && state === undefined)
  const first = open.filter(({ at }, index) => open.findIndex((one) => one.at === at) === index)
  return first.flatMap(({ key, at }) => {
    const scope = process.nodes.find(({ id }) => id === at)
    if (!scope) return []
    const inside = instance.elements.filter((element) => element.scope === key)
    const isDone = (id: string) => (event: EngineEvent) =>
      event.type === 'elementMoved' && event.elementId === id && event.to === 'completed' && event.scopeKey === key
    const oneAtATime = scope.adHoc?.ordering === 'Sequential'
    return [
      {
        elementId: at,
        name: scope.name,
        oneAtATime,
        offered: offeredBy(process, scope).map(({ id, name, kind, policy }) => ({
          elementId: id,
          name: name || id,
          kind,
          guidance: policy?.guidance ?? null,
          running: inside.filter((element) => element.at === id).length,
          done: events.filter(isDone(id)).length,
        })),
        blocked: oneAtATime && inside.length > 0 ? busy : null,
      },
    ]
  })
}
