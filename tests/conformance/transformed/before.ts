import { onlyStart, part, withProcess } from './transformation.ts'
import type { Transformation } from './transformation.ts'

type Way = (prefix: string, flow: (from: string, to: string, condition?: string) => string) => string

/** Something that happens before the process begins: its start event becomes an event on the way. */
const before = (name: string, way: Way): Transformation => ({
  name,
  transform: (story) =>
    withProcess(story, (process) => {
      const start = onlyStart(process)
      if (!start || start.id === null) return null
      const { prefix, parts } = process
      const passed = start.xml
        .replace(`<${prefix}startEvent`, `<${prefix}intermediateThrowEvent`)
        .replace(`</${prefix}startEvent>`, `</${prefix}intermediateThrowEvent>`)
        .replace(/ isInterrupting="[^"]*"/, '')
      const flow = (from: string, to: string, condition?: string) =>
        `<${prefix}sequenceFlow id="${from}_${to}" sourceRef="${from}" targetRef="${to === 'first' ? start.id : to}"` +
        (condition === undefined
          ? '/>'
          : `><${prefix}conditionExpression>${condition}</${prefix}conditionExpression></${prefix}sequenceFlow>`)
      const drawn = `<${prefix}startEvent id="told_before_start"/>${way(prefix, flow)}`
      return [...parts.map((one) => (one === start ? part(passed) : one)), part(drawn)]
    }),
})

const one =
  (xml: (prefix: string) => string): Way =>
  (prefix, flow) =>
    `${xml(prefix)}${flow('told_before_start', 'told_before')}${flow('told_before', 'first')}`

/** A second way that ends at once. */
const dead = (prefix: string, flow: Parameters<Way>[1]) =>
  `<${prefix}endEvent id="told_before_end"/>${flow('told_before', 'told_before_end')}`

export const prefixes: readonly Transformation[] = [
  before(
    'behind a task that does nothing',
    one((prefix) => `<${prefix}task id="told_before"/>`),
  ),
  before(
    'behind a script',
    one(
      (prefix) =>
        `<${prefix}scriptTask id="told_before"><${prefix}extensionElements><zeebe:script xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" ` +
        `expression="=1 + 1" resultVariable="told_before"/></${prefix}extensionElements></${prefix}scriptTask>`,
    ),
  ),
  before(
    'behind a sub-process',
    one(
      (prefix) =>
        `<${prefix}subProcess id="told_before"><${prefix}startEvent id="told_before_inner"/></${prefix}subProcess>`,
    ),
  ),
  before(
    'behind three of nothing',
    one(
      (prefix) =>
        `<${prefix}task id="told_before"><${prefix}multiInstanceLoopCharacteristics><${prefix}loopCardinality>3` +
        `</${prefix}loopCardinality></${prefix}multiInstanceLoopCharacteristics></${prefix}task>`,
    ),
  ),
  before(
    'behind a link',
    (prefix, flow) =>
      `<${prefix}intermediateThrowEvent id="told_before"><${prefix}linkEventDefinition id="told_before_to" name="on to what follows"/></${prefix}intermediateThrowEvent>` +
      `<${prefix}intermediateCatchEvent id="told_behind"><${prefix}linkEventDefinition id="told_before_from" name="on to what follows"/></${prefix}intermediateCatchEvent>` +
      `${flow('told_before_start', 'told_before')}${flow('told_behind', 'first')}`,
  ),
  before(
    'beside a branch that has ended',
    (prefix, flow) =>
      `<${prefix}parallelGateway id="told_before"/>${dead(prefix, flow)}${flow('told_before_start', 'told_before')}${flow('told_before', 'first')}`,
  ),
  before(
    'behind a choice',
    (prefix, flow) =>
      `<${prefix}exclusiveGateway id="told_before" default="told_before_first"/><${prefix}endEvent id="told_before_end"/>` +
      `${flow('told_before', 'told_before_end', 'false')}${flow('told_before_start', 'told_before')}${flow('told_before', 'first')}`,
  ),
  before(
    'behind an inclusive choice',
    (prefix, flow) =>
      `<${prefix}inclusiveGateway id="told_before"/><${prefix}endEvent id="told_before_end"/>` +
      `${flow('told_before', 'told_before_end', 'false')}${flow('told_before_start', 'told_before')}${flow('told_before', 'first', 'true')}`,
  ),
  before(
    'behind a fork and its join',
    (prefix, flow) =>
      `<${prefix}parallelGateway id="told_before"/><${prefix}parallelGateway id="told_joined"/><${prefix}task id="told_before_task"/>` +
      `${flow('told_before_start', 'told_before')}${flow('told_before', 'told_joined')}${flow('told_before', 'told_before_task')}${flow('told_before_task', 'told_joined')}${flow('told_joined', 'first')}`,
  ),
  before(
    'behind a complex gateway',
    (prefix, flow) =>
      `<${prefix}complexGateway id="told_before"><${prefix}activationCondition>activationCount &gt; 0</${prefix}activationCondition></${prefix}complexGateway>` +
      `${flow('told_before_start', 'told_before')}${flow('told_before', 'first')}`,
  ),
]
