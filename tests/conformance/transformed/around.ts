import { onlyStart, part, split, withProcess, withRoot } from './transformation.ts'
import type { Transformation } from './transformation.ts'
import type { Part, ProcessXml } from './process-xml.ts'

/** Flow of a scope that has nothing but one activity, with the elements of the file's prefix. */
function alone({ prefix }: ProcessXml, activity: string): Part[] {
  const flow = (id: string, from: string, to: string) =>
    part(`<${prefix}sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`)
  return [
    part(`<${prefix}startEvent id="told_around_start"/>`),
    part(activity),
    part(`<${prefix}endEvent id="told_around_end"/>`),
    flow('told_around_in', 'told_around_start', 'told_around'),
    flow('told_around_out', 'told_around', 'told_around_end'),
  ]
}

/** Everything that the process does, done in something around it. */
const around = (name: string, activity: (prefix: string, inside: string) => string): Transformation => ({
  name,
  transform: (story) =>
    withProcess(story, (process) => {
      const { inside, outside } = split(process)
      return [...outside, ...alone(process, activity(process.prefix, inside))]
    }),
})

const subProcess = (prefix: string, id: string, inside: string) =>
  `<${prefix}subProcess id="${id}">${inside}</${prefix}subProcess>`

const started = (prefix: string, id: string, inside: string) =>
  `<${prefix}startEvent id="${id}_start"/>${inside}` +
  `<${prefix}sequenceFlow id="${id}_in" sourceRef="${id}_start" targetRef="${id}"/>`

const loop = (prefix: string, sequential: boolean) =>
  `<${prefix}multiInstanceLoopCharacteristics isSequential="${sequential}"><${prefix}loopCardinality>1</${prefix}loopCardinality>` +
  `</${prefix}multiInstanceLoopCharacteristics>`

const roundOnce = (prefix: string) =>
  `<${prefix}standardLoopCharacteristics loopMaximum="1"><${prefix}loopCondition>true</${prefix}loopCondition>` +
  `</${prefix}standardLoopCharacteristics>`

const escalation = (prefix: string) => `<${prefix}escalation id="told_escalation" name="told" escalationCode="told"/>`

/** The only start event becomes one that an escalation triggers, which the process throws first of all. */
const inEventSubProcess = (interrupting: boolean): Transformation => ({
  name: `in an event sub-process that ${interrupting ? 'interrupts' : 'does not interrupt'}`,
  transform: (story) =>
    withRoot(story, escalation, (process) => {
      const start = onlyStart(process)
      if (!start) return null
      const { prefix } = process
      const { inside, outside } = split(process)
      const bare = start.xml.replace(/\/>$/, `></${prefix}startEvent>`)
      const triggered = bare
        .replace(/>/, ` isInterrupting="${interrupting}">`)
        .replace(
          `</${prefix}startEvent>`,
          `<${prefix}escalationEventDefinition id="told_around_caught" escalationRef="told_escalation"/></${prefix}startEvent>`,
        )
      const handler =
        `<${prefix}subProcess id="told_around_handler" triggeredByEvent="true">` +
        `${inside.replace(start.xml, () => triggered)}</${prefix}subProcess>`
      const thrower =
        `<${prefix}intermediateThrowEvent id="told_around"><${prefix}escalationEventDefinition id="told_around_thrown" escalationRef="told_escalation"/>` +
        `</${prefix}intermediateThrowEvent>`
      return [...outside, ...alone(process, thrower), part(handler)]
    }),
})

export const wraps: readonly Transformation[] = [
  around('in a sub-process', (prefix, inside) => subProcess(prefix, 'told_around', inside)),
  around('in a sub-process of a sub-process', (prefix, inside) =>
    subProcess(prefix, 'told_around', started(prefix, 'told_inner', subProcess(prefix, 'told_inner', inside))),
  ),
  around(
    'in a transaction',
    (prefix, inside) => `<${prefix}transaction id="told_around">${inside}</${prefix}transaction>`,
  ),
  around('in a sub-process for each of one', (prefix, inside) =>
    subProcess(prefix, 'told_around', `${loop(prefix, false)}${inside}`),
  ),
  around('in a sub-process for one after the other', (prefix, inside) =>
    subProcess(prefix, 'told_around', `${loop(prefix, true)}${inside}`),
  ),
  around('in a sub-process that goes round once', (prefix, inside) =>
    subProcess(prefix, 'told_around', `${roundOnce(prefix)}${inside}`),
  ),
  around(
    'in an ad-hoc sub-process',
    (prefix, inside) =>
      `<${prefix}adHocSubProcess id="told_around"><${prefix}extensionElements><zeebe:adHoc xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" ` +
      `activeElementsCollection="=[&quot;told_inner&quot;]"/></${prefix}extensionElements>${subProcess(prefix, 'told_inner', inside)}</${prefix}adHocSubProcess>`,
  ),
  around(
    'in a sub-process with a timer at its boundary',
    (prefix, inside) =>
      `${subProcess(prefix, 'told_around', inside)}<${prefix}boundaryEvent id="told_around_late" attachedToRef="told_around" cancelActivity="false">` +
      `<${prefix}timerEventDefinition id="told_around_timer"><${prefix}timeDuration>P1000Y</${prefix}timeDuration></${prefix}timerEventDefinition>` +
      `</${prefix}boundaryEvent><${prefix}endEvent id="told_around_late_end"/>` +
      `<${prefix}sequenceFlow id="told_around_late_out" sourceRef="told_around_late" targetRef="told_around_late_end"/>`,
  ),
  inEventSubProcess(true),
  inEventSubProcess(false),
]
