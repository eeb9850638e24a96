import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import type { ParsedProcess } from '../../../workflows/model/definition.ts'

const head = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:retour="urn:retour:1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="d" targetNamespace="urn:test">`

const file = (inside: string, before = '<?xml version="1.0" encoding="UTF-8"?>') =>
  `${before}${head}<bpmn:process id="p" isExecutable="true">${inside}</bpmn:process></bpmn:definitions>`

async function codes(xml: string): Promise<string[]> {
  const result = await readBpmn(xml)
  return result.ok ? checkFile(result.definitions).map(({ code }) => code) : result.problems.map(({ code }) => code)
}

async function firstProcess(inside: string): Promise<ParsedProcess> {
  const result = await readBpmn(file(inside))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.definitions.processes[0] as ParsedProcess
}

const task = (id: string, name = '') => `<bpmn:task id="${id}" name="${name}" />`
const deep = (levels: number): string =>
  levels === 0 ? task('t') : `<bpmn:subProcess id="s${levels}">${deep(levels - 1)}</bpmn:subProcess>`
const bom = '\uFEFF'

describe('reading a file that no parser should see (reliability 7.1)', () => {
  it.each([
    ['B01', 'nothing', '', 'xml.empty'],
    ['B02', 'JSON', '{"a": 1}', 'xml.syntax'],
    ['B02', 'HTML', '<html><body></body></html>', 'xml.syntax'],
    ['B03', 'a file that ends too early', file(task('t')).slice(0, -20), 'xml.syntax'],
    ['B04', 'a DOCTYPE', file(task('t', '&x;'), '<!DOCTYPE d [<!ENTITY x "boom">]>'), 'xml.doctype'],
    ['B05', 'an external entity', file('', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), 'xml.doctype'],
    ['B08', 'a name of references without end', file(task('t', '&#65;'.repeat(200_000))), 'name.too_long'],
    ['B09', 'a processing instruction', file('', '<?xml version="1.0"?><?xml-stylesheet href="x"?>'), 'xml.pi'],
    ['B10', 'an include', file('<xi:include xmlns:xi="urn:xi" href="/etc/passwd" />'), 'bpmn.unknown_element'],
    ['B11', 'a wrong encoding', file(task('t', '取消'), '<?xml version="1.0" encoding="GBK"?>'), 'xml.encoding'],
    ['B13', 'a control character', file(task('t', '\u0001')), 'xml.char'],
    ['B13', 'a control character by reference', file(task('t', '&#0;')), 'xml.char'],
    ['B14', 'another namespace', file(task('t')).replace('20100524/MODEL', '20100524/NOTHING'), 'bpmn.namespace'],
    ['B15', 'two elements with one id', file(task('a') + task('a')), 'bpmn.duplicate_id'],
    [
      'B16',
      'a flow to nowhere',
      file(`${task('a')}<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="nope" />`),
      'bpmn.dangling_ref',
    ],
    ['B17', 'an unknown element', file('<bpmn:evilTask id="e" />'), 'bpmn.unknown_element'],
    ['B18', 'a reserved id', file(task('__proto__')), 'bpmn.reserved_id'],
    ['B19', 'an id that is a path', file(task('../x')), 'bpmn.id_format'],
    ['B20', 'more levels than anybody reads', file(deep(40)), 'bpmn.depth'],
    [
      'B21',
      'too many elements',
      file(Array.from({ length: 2001 }, (_, i) => `<bpmn:task id="t${i}" />`).join('')),
      'bpmn.size',
    ],
    ['B22', 'an unknown attribute', file('<bpmn:task id="t" foo="1" />'), 'bpmn.unknown_attribute'],
    ['B23', 'too many bytes', file(task('t', 'x'.repeat(2_100_000))), 'bpmn.size'],
    [
      'B32',
      'JavaScript',
      file('<bpmn:scriptTask id="s" scriptFormat="javascript"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'),
      'bpmn.forbidden_code',
    ],
    ['B32', 'a Java class', file('<bpmn:serviceTask id="s" camunda:class="a.B" />'), 'bpmn.forbidden_code'],
  ])('%s refuses %s', async (_row, _what, xml, code) => {
    expect(await codes(xml)).toContain(code)
  })

  it('B12 accepts the mark of UTF-8 at the beginning, and markup inside comments', async () => {
    expect(await codes(`${bom}${file(`<!-- <!DOCTYPE x> <?pi?> -->${task('t')}`)}`)).toEqual([])
  })

  it('B33 takes a name that looks like code as the text that it is', async () => {
    const { nodes } = await firstProcess(task('t', '${1+1} &lt;img src=x&gt;'))

    expect(nodes[0]?.name).toBe('${1+1} <img src=x>')
  })

  it('names the element that an unknown one stands in', async () => {
    const result = await readBpmn(file('<bpmn:userTask id="u"><bpmn:nonsense /></bpmn:userTask>'))

    expect(result).toMatchObject({ ok: false, problems: [{ code: 'bpmn.unknown_element', elementId: 'u' }] })
  })
})

describe('reading a diagram', () => {
  it('reads the approval vocabulary into plain data', async () => {
    const { nodes } = await firstProcess(`<bpmn:userTask id="approve" name="经理审批"><bpmn:extensionElements>
      <retour:participants whenNobody="assign" whenNobodyRole="admin"><retour:participant kind="role" value="manager" />
        <retour:participant kind="expression" value="=approvers" /></retour:participants>
      <retour:approval mode="all" /><retour:fourEyes elements="apply  check" />
      <retour:deadline due="PT24H" atEnd="escalate"><retour:reminder offset="-PT2H" /></retour:deadline>
      <retour:fields default="readonly"><retour:field path="fee" access="required" /></retour:fields>
      <retour:publicStep name="商家审核中" /></bpmn:extensionElements></bpmn:userTask>`)

    expect(nodes[0]?.policy).toEqual({
      participants: {
        list: [
          { kind: 'role', value: 'manager' },
          { kind: 'expression', value: 'approvers' },
        ],
        whenNobody: 'assign',
        whenNobodyRole: 'admin',
        whenInitiator: 'keep',
        whenRepeated: 'ask',
      },
      approval: { mode: 'all', rejectAt: 'first' },
      fourEyes: ['apply', 'check'],
      deadline: {
        due: { duration: 'PT24H' },
        calendar: 'natural',
        atEnd: 'escalate',
        reminders: [{ offset: '-PT2H' }],
      },
      fields: { default: 'readonly', fields: [{ path: 'fee', access: 'required' }] },
    })
    expect(nodes[0]?.publicStep).toBe('商家审核中')
  })

  it('refuses a word that the vocabulary does not have', async () => {
    const xml = file(
      '<bpmn:userTask id="u"><bpmn:extensionElements><retour:approval mode="most" /></bpmn:extensionElements></bpmn:userTask>',
    )

    expect(await codes(xml)).toContain('approval.unknown_value')
  })

  it('keeps flows without an id apart by their ends', async () => {
    const { nodes, flows } = await firstProcess(
      `${task('a')}${task('b')}${'<bpmn:sequenceFlow sourceRef="a" targetRef="b"/>'.repeat(2)}`,
    )

    expect(flows.map(({ id }) => id)).toEqual(['a:b:1', 'a:b:2'])
    expect(nodes[1]?.incoming).toEqual(['a:b:1', 'a:b:2'])
  })

  it('reads conditions with and without the leading =', async () => {
    const { flows } = await firstProcess(
      `${task('a')}${task('b')}<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= x &gt; 1</bpmn:conditionExpression></bpmn:sequenceFlow>`,
    )

    expect(flows[0]?.condition).toBe('x > 1')
  })

  it('gives a node the name of its innermost lane', async () => {
    const { nodes } = await firstProcess(
      `<bpmn:laneSet id="ls"><bpmn:lane id="l" name="service"><bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:childLaneSet id="cs"><bpmn:lane id="m" name="manager"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>${task('a')}`,
    )

    expect(nodes[0]?.lane).toBe('manager')
  })
})
