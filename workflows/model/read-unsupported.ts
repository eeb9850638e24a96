import type { ModdleElement } from 'bpmn-moddle'
import type { Unsupported } from './definition.ts'
import { childrenOf, lower, text } from './read-values.ts'

/** Standard parts of an element that would change what it does. */
function standardTrouble(element: ModdleElement): Unsupported[] {
  const found: Unsupported[] = []
  const say = (what: string, unsupportedCode: Unsupported['code'] = 'bpmn.not_executable') =>
    found.push({ what, code: unsupportedCode })
  for (const definition of childrenOf(element, 'eventDefinitions')) {
    const times = ['timeDate', 'timeDuration', 'timeCycle'].filter((name) => definition[name] !== undefined)
    if (times.length > 1) say(times.join(' + '), 'bpmn.not_allowed_here')
  }
  // Standard words for who does the work; ours are the assignment and the participants.
  for (const resource of childrenOf(element, 'resources')) say(lower(resource.$type.slice('bpmn:'.length)))
  const script = text(element['script'])
  if (element.$type === 'bpmn:ScriptTask' && (script !== null || text(element['scriptFormat']) !== null)) {
    const format = text(element['scriptFormat']) ?? 'script'
    if (!/^feel$/i.test(format) || script !== null) say(format, 'bpmn.forbidden_code')
  }
  if (text(element['implementation']) !== null && !String(element['implementation']).startsWith('##'))
    say('implementation', 'bpmn.forbidden_code')
  return found
}

/** Parts of the standard on an element that would change its execution and that the runner does not do. */
export const unsupportedOf = (element: ModdleElement): Unsupported[] => standardTrouble(element)
