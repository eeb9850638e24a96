import type { SignedIn } from './product.ts'

/** Which way a claim goes depends on its amount, which nobody has given: every run of it is stuck at once. */
export const claimsBpmn = (id = 'claims'): string => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="definitions" targetNamespace="urn:shop">
  <bpmn:process id="${id}" name="费用报销" isExecutable="true">
    <bpmn:startEvent id="asked" name="提出报销" />
    <bpmn:sequenceFlow id="to_size" sourceRef="asked" targetRef="size" />
    <bpmn:exclusiveGateway id="size" name="金额多大" />
    <bpmn:sequenceFlow id="to_big" name="大于 100" sourceRef="size" targetRef="big">
      <bpmn:conditionExpression>=claim.amount &gt; 100</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="to_small" name="其余" sourceRef="size" targetRef="small">
      <bpmn:conditionExpression>=claim.amount &lt;= 100</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:endEvent id="big" name="转财务" />
    <bpmn:endEvent id="small" name="直接报" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="${id}">
      ${shape('asked', 160, 122, 36)}${shape('size', 275, 115, 50)}${shape('big', 412, 82, 36)}${shape('small', 412, 192, 36)}
      ${edge('to_size', [196, 140, 275, 140])}${edge('to_big', [325, 140, 412, 100])}${edge('to_small', [300, 165, 300, 210, 412, 210])}
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>`

const shape = (of: string, x: number, y: number, size: number) =>
  `<bpmndi:BPMNShape id="${of}_di" bpmnElement="${of}"><dc:Bounds x="${x}" y="${y}" width="${size}" height="${size}" /></bpmndi:BPMNShape>`

function edge(of: string, points: readonly number[]): string {
  const at = points.flatMap((x, index) =>
    index % 2 === 0 ? [`<di:waypoint x="${x}" y="${points[index + 1]}" />`] : [],
  )
  return `<bpmndi:BPMNEdge id="${of}_di" bpmnElement="${of}">${at.join('')}</bpmndi:BPMNEdge>`
}

/** Draws, publishes and starts it; answers the run, which stands still and needs a person. */
export async function aStuckRun(admin: SignedIn): Promise<string> {
  const { id } = await admin.post<{ id: string }>('/api/studio/resources', { kind: 'process', name: '费用报销' })
  const at = `/api/studio/resources/process/${id}`
  const { revision } = await admin.put<{ revision: number }>(`${at}/draft`, { content: claimsBpmn(id), revision: 1 })
  await admin.post(`${at}/publish`, { revision })
  return (await admin.post<{ runId: string }>(`/api/processes/${id}/start`)).runId
}
