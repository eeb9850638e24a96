import {
  Bell,
  Circle,
  CircleStop,
  Clock,
  Cog,
  Diamond,
  Hand,
  Mail,
  MousePointer2,
  Plus,
  Spline,
  SquareDashed,
  SquarePen,
  SquarePlay,
  Table2,
  UserRoundCheck,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { Plain } from './extensions.ts'

/** One thing that the palette puts on the canvas; `extensions` are what it begins with. */
export interface Tool {
  readonly key: string
  readonly icon: Component
  readonly shape?: Readonly<Record<string, unknown>>
  readonly extensions?: Readonly<Record<string, Plain>>
}

const approval: Record<string, Plain> = {
  'retour:Participants': { whenNobody: 'assign', whenNobodyRole: 'admin', list: [] },
  'retour:Approval': { mode: 'any' },
}

/** The palette in its groups: only what runs. */
export const toolGroups: readonly (readonly Tool[])[] = [
  [
    { key: 'select', icon: MousePointer2 },
    { key: 'hand', icon: Hand },
    { key: 'connect', icon: Spline },
  ],
  [
    { key: 'start', icon: Circle, shape: { type: 'bpmn:StartEvent' } },
    {
      key: 'timer',
      icon: Clock,
      shape: { type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: 'bpmn:TimerEventDefinition' },
    },
    {
      key: 'message',
      icon: Mail,
      shape: { type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: 'bpmn:MessageEventDefinition' },
    },
    { key: 'end', icon: CircleStop, shape: { type: 'bpmn:EndEvent' } },
  ],
  [
    { key: 'approve', icon: UserRoundCheck, shape: { type: 'bpmn:UserTask' }, extensions: approval },
    {
      key: 'fill',
      icon: SquarePen,
      shape: { type: 'bpmn:UserTask' },
      extensions: { 'retour:Participants': { whenNobody: 'assign', whenNobodyRole: 'admin', list: [] } },
    },
    {
      key: 'notify',
      icon: Bell,
      shape: { type: 'bpmn:SendTask' },
      extensions: { 'zeebe:TaskDefinition': { type: 'notify.customer' } },
    },
    { key: 'decide', icon: Table2, shape: { type: 'bpmn:BusinessRuleTask' } },
    { key: 'automatic', icon: Cog, shape: { type: 'bpmn:ServiceTask' } },
    { key: 'call', icon: SquarePlay, shape: { type: 'bpmn:CallActivity' } },
  ],
  [
    { key: 'branch', icon: Diamond, shape: { type: 'bpmn:ExclusiveGateway' } },
    { key: 'parallel', icon: Plus, shape: { type: 'bpmn:ParallelGateway' } },
    { key: 'subProcess', icon: SquareDashed, shape: { type: 'bpmn:SubProcess', isExpanded: true } },
  ],
]

/** Everything that can be put on the canvas, by its name: the palette, and notes, which the pad offers. */
export const toolNamed = (key: string): Pick<Tool, 'shape' | 'extensions'> =>
  toolGroups.flat().find((tool) => tool.key === key) ?? { shape: { type: 'bpmn:TextAnnotation' } }
