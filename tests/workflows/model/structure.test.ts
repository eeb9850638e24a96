import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'

const file = (inside: string, beside = '') =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">${beside}
  <process id="p" isExecutable="true">${inside}</process></definitions>`

const flow = (from: string, to: string, inside = '', more = '') =>
  `<sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}" ${more}>${inside}</sequenceFlow>`
const condition = (text: string) => `<conditionExpression xsi:type="tFormalExpression">${text}</conditionExpression>`
const job = '<extensionElements><zeebe:taskDefinition type="t"/></extensionElements>'
const timer = '<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
const message = '<messageEventDefinition messageRef="m"/>'
const m = '<message id="m" name="news"/><message id="nameless"/><signal id="nobody"/><error id="codeless"/>'
/** A start, what is told between, and an end. */
const line = (id: string, element: string, more = '') =>
  `<startEvent id="s"/>${element}<endEvent id="e"/>${flow('s', id)}${flow(id, 'e')}${more}`

async function named(xml: string): Promise<Set<string | null>> {
  const result = await readBpmn(xml)
  const problems = result.ok ? checkFile(result.definitions) : result.problems
  for (const { message: said } of problems) expect(said.zh && said.en).toBeTruthy()
  return new Set(problems.filter(({ severity }) => severity === 'error').map(({ elementId }) => elementId))
}

// Coverage (c)26: which element a refusal names.
describe('what cannot run is refused at the element that has to change', () => {
  it.each<[string, string, string[]]>([
    [
      'a message without a name at its catch event',
      line(
        'x',
        '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="nameless"/></intermediateCatchEvent>',
      ),
      ['x'],
    ],
    [
      'a message event without a message',
      line('x', '<intermediateThrowEvent id="x"><messageEventDefinition/></intermediateThrowEvent>'),
      ['x'],
    ],
    [
      'a signal without a name',
      line('x', '<intermediateThrowEvent id="x"><signalEventDefinition signalRef="nobody"/></intermediateThrowEvent>'),
      ['x'],
    ],
    [
      'an error end event without a code',
      `<startEvent id="s"/><endEvent id="x"><errorEventDefinition errorRef="codeless"/></endEvent>${flow('s', 'x')}`,
      ['x'],
    ],
    [
      'an escalation that is thrown without a code',
      line('x', '<intermediateThrowEvent id="x"><escalationEventDefinition/></intermediateThrowEvent>'),
      ['x'],
    ],
    [
      'a wrong condition',
      `<startEvent id="s"/><exclusiveGateway id="g" default="g-e"/><endEvent id="e"/><endEvent id="f"/>${flow('s', 'g')}${flow('g', 'e')}${flow('g', 'f', condition('1 +* 2'))}`,
      ['g-f'],
    ],
    [
      'a condition where every flow is taken',
      `<startEvent id="s"/><parallelGateway id="g"/><endEvent id="e"/><endEvent id="f"/>${flow('s', 'g')}${flow('g', 'e')}${flow('g', 'f', condition('x'))}`,
      ['g-f'],
    ],
    [
      'a default flow of another gateway',
      `<startEvent id="s"/><exclusiveGateway id="g" default="s-g"/><endEvent id="e"/>${flow('s', 'g')}${flow('g', 'e', condition('x'))}`,
      ['g'],
    ],
    [
      'a condition on the default flow',
      `<startEvent id="s"/><exclusiveGateway id="g" default="g-e"/><endEvent id="e"/>${flow('s', 'g')}${flow('g', 'e', condition('x'))}`,
      ['g', 'g-e'],
    ],
    [
      'a task behind an event-based gateway',
      `<startEvent id="s"/><eventBasedGateway id="g"/><task id="t"/><intermediateCatchEvent id="c">${timer}</intermediateCatchEvent>${flow('s', 'g')}${flow('g', 't')}${flow('g', 'c')}`,
      ['g'],
    ],
    [
      'an event-based gateway with one way',
      `<startEvent id="s"/><eventBasedGateway id="g"/><intermediateCatchEvent id="c">${timer}</intermediateCatchEvent>${flow('s', 'g')}${flow('g', 'c')}`,
      ['g'],
    ],
    [
      'a parallel event-based gateway that starts nothing',
      `<startEvent id="s"/><eventBasedGateway id="g" eventGatewayType="Parallel"/><intermediateCatchEvent id="c">${timer}</intermediateCatchEvent><intermediateCatchEvent id="b">${message}</intermediateCatchEvent>${flow('s', 'g')}${flow('g', 'c')}${flow('g', 'b')}`,
      ['g'],
    ],
    [
      'a link without a partner',
      `<startEvent id="s"/><intermediateThrowEvent id="x"><linkEventDefinition name="A"/></intermediateThrowEvent>${flow('s', 'x')}`,
      ['x'],
    ],
    [
      'two links that catch the same',
      `<startEvent id="s"/><intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent>${flow('s', 't')}<intermediateCatchEvent id="a"><linkEventDefinition name="A"/></intermediateCatchEvent><endEvent id="e"/>${flow('a', 'e')}<intermediateCatchEvent id="x"><linkEventDefinition name="A"/></intermediateCatchEvent><endEvent id="f"/>${flow('x', 'f')}`,
      ['x'],
    ],
    [
      'a cancel end event outside of a transaction',
      `<startEvent id="s"/><endEvent id="x"><cancelEventDefinition/></endEvent>${flow('s', 'x')}`,
      ['x'],
    ],
    [
      'a cancel boundary event on a plain sub-process',
      line(
        'sub',
        '<subProcess id="sub"><startEvent id="s2"/></subProcess>',
        `<boundaryEvent id="x" attachedToRef="sub"><cancelEventDefinition/></boundaryEvent>`,
      ),
      ['x'],
    ],
    [
      'a compensation boundary event that points to nothing',
      line(
        't',
        `<serviceTask id="t">${job}</serviceTask>`,
        '<boundaryEvent id="x" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>',
      ),
      ['x'],
    ],
    [
      'a compensation boundary event with a flow',
      line(
        't',
        `<serviceTask id="t">${job}</serviceTask>`,
        `<boundaryEvent id="x" attachedToRef="t"><compensateEventDefinition/></boundaryEvent><task id="u"/>${flow('x', 'u')}`,
      ),
      ['x'],
    ],
    [
      'a compensation handler that nobody points to',
      line('t', '<task id="t"/>', `<serviceTask id="x" isForCompensation="true">${job}</serviceTask>`),
      ['x'],
    ],
    [
      'an error boundary event that does not interrupt',
      line(
        't',
        `<serviceTask id="t">${job}</serviceTask>`,
        `<boundaryEvent id="x" attachedToRef="t" cancelActivity="false"><errorEventDefinition/></boundaryEvent><endEvent id="f"/>${flow('x', 'f')}`,
      ),
      ['x'],
    ],
    [
      'a boundary event without a trigger',
      line('t', '<userTask id="t"/>', `<boundaryEvent id="x" attachedToRef="t"/><endEvent id="f"/>${flow('x', 'f')}`),
      ['x'],
    ],
    [
      'a boundary event that terminates',
      line(
        't',
        '<userTask id="t"/>',
        `<boundaryEvent id="x" attachedToRef="t"><terminateEventDefinition/></boundaryEvent><endEvent id="f"/>${flow('x', 'f')}`,
      ),
      ['x'],
    ],
    [
      'an event sub-process without a start event',
      line('t', '<task id="t"/>', '<subProcess id="x" triggeredByEvent="true"><task id="in"/></subProcess>'),
      ['x'],
    ],
    [
      'an event sub-process with a plain start event',
      line('t', '<task id="t"/>', '<subProcess id="x" triggeredByEvent="true"><startEvent id="y"/></subProcess>'),
      ['x', 'y'],
    ],
    [
      'an event sub-process with two start events',
      line(
        't',
        '<task id="t"/>',
        `<subProcess id="x" triggeredByEvent="true"><startEvent id="a">${timer}</startEvent><startEvent id="y">${timer}</startEvent></subProcess>`,
      ),
      ['x', 'y'],
    ],
    [
      'a flow into an event sub-process',
      `<startEvent id="s"/>${flow('s', 'x')}<subProcess id="x" triggeredByEvent="true"><startEvent id="a">${timer}</startEvent></subProcess>`,
      ['x'],
    ],
    [
      'a boundary event on an event sub-process',
      line(
        't',
        '<task id="t"/>',
        `<subProcess id="esp" triggeredByEvent="true"><startEvent id="a">${timer}</startEvent></subProcess><boundaryEvent id="x" attachedToRef="esp">${timer}</boundaryEvent>`,
      ),
      ['x'],
    ],
    [
      'an event sub-process that repeats',
      line(
        't',
        '<task id="t"/>',
        `<subProcess id="x" triggeredByEvent="true"><multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">2</loopCardinality></multiInstanceLoopCharacteristics><startEvent id="a">${timer}</startEvent></subProcess>`,
      ),
      ['x'],
    ],
    [
      'a message start event inside a sub-process',
      line('sub', `<subProcess id="sub"><startEvent id="x">${message}</startEvent></subProcess>`),
      ['x'],
    ],
    [
      'an intermediate event that throws an error',
      line('x', '<intermediateThrowEvent id="x"><errorEventDefinition/></intermediateThrowEvent>'),
      ['x'],
    ],
    [
      'an intermediate event that terminates',
      line('x', '<intermediateThrowEvent id="x"><terminateEventDefinition/></intermediateThrowEvent>'),
      ['x'],
    ],
    ['an end event with a timer', `<startEvent id="s"/><endEvent id="x">${timer}</endEvent>${flow('s', 'x')}`, ['x']],
    ['an intermediate catch event without a trigger', line('x', '<intermediateCatchEvent id="x"/>'), ['x']],
    [
      'a timer that says two times',
      line(
        'x',
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDate>2026-01-01T00:00:00Z</timeDate><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>',
      ),
      ['x'],
    ],
    [
      'a timer that is none',
      line(
        'x',
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>soon</timeDuration></timerEventDefinition></intermediateCatchEvent>',
      ),
      ['x'],
    ],
    [
      'a start event in an ad-hoc sub-process',
      line('a', '<adHocSubProcess id="a"><startEvent id="x"/></adHocSubProcess>'),
      ['x'],
    ],
    ['an ad-hoc sub-process with nothing in it', line('x', '<adHocSubProcess id="x"/>'), ['x']],
    ['a multi-instance over nothing', line('x', '<task id="x"><multiInstanceLoopCharacteristics/></task>'), ['x']],
    ['a call that names nothing', line('x', '<callActivity id="x"/>'), ['x']],
    ['a service task without work', line('x', '<serviceTask id="x"/>'), ['x']],
    [
      'a script task with a script and a worker',
      line(
        'x',
        '<scriptTask id="x"><extensionElements><zeebe:script expression="=1"/><zeebe:taskDefinition type="t"/></extensionElements></scriptTask>',
      ),
      ['x'],
    ],
    [
      'a receive task that starts an instance behind a flow',
      line('x', '<receiveTask id="x" messageRef="m" instantiate="true"/>'),
      ['x'],
    ],
    [
      'a complex gateway without a condition',
      `<startEvent id="s"/><parallelGateway id="f"/><complexGateway id="x"/><endEvent id="e"/>${flow('s', 'f')}${flow('f', 'x')}<task id="t"/>${flow('f', 't')}${flow('t', 'x')}${flow('x', 'e')}`,
      ['x'],
    ],
    [
      'somebody who does the work in words that are not read',
      line(
        'x',
        '<userTask id="x"><potentialOwner id="o"><resourceAssignmentExpression><formalExpression>li</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>',
      ),
      ['x'],
    ],
  ])('%s', async (_what, inside, elements) => {
    const found = await named(file(inside, m))

    for (const element of elements) expect([...found]).toContain(element)
  })

  it('a choreography, as itself', async () => {
    const xml = file('<task id="t"/>', '<choreography id="dance"><startEvent id="s"/></choreography>')

    expect([...(await named(xml))]).toContain('dance')
  })
})

describe('what is legal is never refused', () => {
  it.each<[string, string]>([
    [
      'a split that merges without waiting ((c)24)',
      `<startEvent id="s"/><parallelGateway id="f"/><task id="a"/><task id="b"/><exclusiveGateway id="x"/><endEvent id="e"/>${flow('s', 'f')}${flow('f', 'a')}${flow('f', 'b')}${flow('a', 'x')}${flow('b', 'x')}${flow('x', 'e')}`,
    ],
    ['no start event', `<task id="a"/><task id="b"/>${flow('a', 'b')}`],
    ['an activity that leads nowhere', `<startEvent id="s"/><task id="a"/>${flow('s', 'a')}`],
    [
      'a link over two throws',
      `<startEvent id="s"/><exclusiveGateway id="g" default="g-u"/><intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent><intermediateThrowEvent id="u"><linkEventDefinition name="A"/></intermediateThrowEvent><intermediateCatchEvent id="c"><linkEventDefinition name="A"/></intermediateCatchEvent><endEvent id="e"/>${flow('s', 'g')}${flow('g', 't', condition('x'))}${flow('g', 'u')}${flow('c', 'e')}`,
    ],
    [
      'a loop back over a person',
      `<startEvent id="s"/><userTask id="u"/><exclusiveGateway id="g" default="g-e"/><endEvent id="e"/>${flow('s', 'u')}${flow('u', 'g')}${flow('g', 'u', condition('again'))}${flow('g', 'e')}`,
    ],
    ['a sub-process with no start event inside', line('sub', '<subProcess id="sub"><task id="in"/></subProcess>')],
    [
      'an escalation that nobody catches',
      line(
        'x',
        '<intermediateThrowEvent id="x"><escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent>',
      ),
    ],
    [
      'a compensation that has nothing to undo',
      line('x', '<intermediateThrowEvent id="x"><compensateEventDefinition/></intermediateThrowEvent>'),
    ],
    [
      'an event sub-process beside the flow',
      line(
        'u',
        '<userTask id="u"/>',
        `<subProcess id="esp" triggeredByEvent="true"><startEvent id="a" isInterrupting="false">${timer}</startEvent><task id="in"/>${flow('a', 'in')}</subProcess>`,
      ),
    ],
    [
      'a boundary event that leads back',
      `<startEvent id="s"/><userTask id="u"/><endEvent id="e"/>${flow('s', 'u')}${flow('u', 'e')}<boundaryEvent id="b" attachedToRef="u">${timer}</boundaryEvent>${flow('b', 'u')}`,
    ],
    [
      'an inclusive split with one flow that is always taken',
      `<startEvent id="s"/><inclusiveGateway id="g"/><endEvent id="e"/><endEvent id="f"/>${flow('s', 'g')}${flow('g', 'e')}${flow('g', 'f', condition('x'))}`,
    ],
  ])('%s', async (_what, inside) => {
    expect([...(await named(file(inside, `${m}<escalation id="esc" escalationCode="E"/>`)))]).toEqual([])
  })
})

describe('loops over other processes (reliability B26)', () => {
  const calls = (
    called: string,
  ) => `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">
    <process id="a" isExecutable="true"><startEvent id="s"/><exclusiveGateway id="x"/><callActivity id="c"><extensionElements><zeebe:calledElement processId="b"/></extensionElements></callActivity>
    <exclusiveGateway id="y" default="y-e"/><endEvent id="e"/>${flow('s', 'x')}${flow('x', 'c')}${flow('c', 'y')}${flow('y', 'x', condition('again'))}${flow('y', 'e')}</process>
    <process id="b" isExecutable="true"><startEvent id="bs"/>${called}<endEvent id="be"/>${flow('bs', 'bt')}${flow('bt', 'be')}</process></definitions>`

  it('are refused where the called process never waits', async () => {
    expect([...(await named(calls('<task id="bt"/>')))]).toEqual(['x'])
  })

  it('are taken where it waits, and where it computes', async () => {
    expect([...(await named(calls('<userTask id="bt"/>')))]).toEqual([])
    const script =
      '<scriptTask id="bt"><extensionElements><zeebe:script expression="=1" resultVariable="n"/></extensionElements></scriptTask>'
    expect([...(await named(calls(script)))]).toEqual([])
  })

  it('are refused over a sub-process in which nothing waits', async () => {
    const inside = `<startEvent id="s"/><exclusiveGateway id="x"/><subProcess id="sub"><startEvent id="i"/><task id="t"/>${flow('i', 't')}</subProcess><exclusiveGateway id="y" default="y-e"/><endEvent id="e"/>
      ${flow('s', 'x')}${flow('x', 'sub')}${flow('sub', 'y')}${flow('y', 'x', condition('again'))}${flow('y', 'e')}`
    expect([...(await named(file(inside)))]).toEqual(['x'])
  })
})
