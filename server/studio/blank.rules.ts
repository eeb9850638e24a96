import type { ResourceKind } from '../../workflows/runtime/face.ts'

const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' }
const escaped = (text: string) => text.replaceAll(/[<>&"]/g, (sign) => entities[sign] ?? sign)

const shape = (id: string, x: number, y: number, width: number, height: number) => `
      <bpmndi:BPMNShape id="${id}-shape" bpmnElement="${id}">
        <dc:Bounds x="${x}" y="${y}" width="${width}" height="${height}" />
      </bpmndi:BPMNShape>`
const edge = (id: string, from: number, to: number) => `
      <bpmndi:BPMNEdge id="${id}-edge" bpmnElement="${id}">
        <di:waypoint x="${from}" y="120" />
        <di:waypoint x="${to}" y="120" />
      </bpmndi:BPMNEdge>`

/** A start, one step for whoever started it, and an end, with room for more between: it can be published as it is. */
const process = (id: string, name: string) => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:retour="urn:retour:1.0" id="${id}-definitions" targetNamespace="urn:retour:studio">
  <bpmn:process id="${id}" name="${escaped(name)}" isExecutable="true">
    <bpmn:startEvent id="begin" name="开始">
      <bpmn:outgoing>begin-firstStep</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="begin-firstStep" sourceRef="begin" targetRef="firstStep" />
    <bpmn:userTask id="firstStep" name="第一步">
      <bpmn:extensionElements>
        <retour:participants>
          <retour:participant kind="initiator" />
        </retour:participants>
      </bpmn:extensionElements>
      <bpmn:incoming>begin-firstStep</bpmn:incoming>
      <bpmn:outgoing>firstStep-finish</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="firstStep-finish" sourceRef="firstStep" targetRef="finish" />
    <bpmn:endEvent id="finish" name="结束">
      <bpmn:incoming>firstStep-finish</bpmn:incoming>
    </bpmn:endEvent>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="${id}-diagram">
    <bpmndi:BPMNPlane id="${id}-plane" bpmnElement="${id}">${shape('begin', 152, 102, 36, 36)}${shape('firstStep', 240, 92, 96, 56)}${shape('finish', 872, 102, 36, 36)}${edge('begin-firstStep', 188, 240)}${edge('firstStep-finish', 336, 872)}
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`

/** One question, one answer, and a rule for every amount. */
const decision = (id: string, name: string) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="${id}-definitions" name="${escaped(name)}" namespace="urn:retour:studio">
  <decision id="${id}" name="${escaped(name)}">
    <decisionTable id="${id}-table" hitPolicy="FIRST">
      <input id="in-amount" label="金额">
        <inputExpression id="in-amount-expression" typeRef="number">
          <text>amount</text>
        </inputExpression>
      </input>
      <output id="out-result" label="结果" name="result" typeRef="string" />
      <rule id="rule-1">
        <inputEntry id="rule-1-amount">
          <text>&gt; 50000</text>
        </inputEntry>
        <outputEntry id="rule-1-result">
          <text>"manager"</text>
        </outputEntry>
      </rule>
      <rule id="rule-2">
        <inputEntry id="rule-2-amount">
          <text>-</text>
        </inputEntry>
        <outputEntry id="rule-2-result">
          <text>"staff"</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
`

const form = (id: string, name: string) =>
  JSON.stringify(
    {
      id,
      name,
      schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { note: { type: 'string', title: '说明', 'x-title-en': 'Note', maxLength: 500 } },
      },
      uiSchema: {
        type: 'VerticalLayout',
        elements: [{ type: 'Control', scope: '#/properties/note', options: { control: 'longText' } }],
      },
    },
    null,
    2,
  )

const blanks: Record<ResourceKind, (id: string, name: string) => string> = { process, decision, form }

/** What something new begins with: small, whole, and without a problem. */
export const blankContent = (kind: ResourceKind, id: string, name: string): string => blanks[kind](id, name)

/** The first id of a name that is still free: `return-goods`, `return-goods-2` ... */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  let count = 2
  while (taken.has(`${wanted}-${count}`)) count += 1
  return `${wanted}-${count}`
}
