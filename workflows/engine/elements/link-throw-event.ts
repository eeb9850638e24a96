import { done } from '../element.ts'
import type { Element, Visit } from '../element.ts'
import { sendTriggered } from '../run.ts'
import type { Run } from '../run.ts'

function goOn(run: Run, visit: Visit): void {
  const { linkTarget } = visit.node
  if (!linkTarget) throw new Error(`${visit.node.id} leads nowhere`)
  const place = { via: null, scopeKey: visit.scopeKey, from: [visit.key] }
  sendTriggered(run, linkTarget, linkTarget, place, null)
}

/** BPMN 10.5.4: the token goes on at the catching link of the same name in its scope (coverage (c)11). */
export const linkThrowEvent: Element = {
  name: { zh: '链接抛出事件', en: 'link throw event' },
  activate: () => done,
  goOn,
}
