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
import type { Drawn } from './drawing.ts'
import type { Plain } from './extensions.ts'

/** One thing of the palette: a tool, or a kind to draw with what it begins with. */
export interface Tool {
  readonly key: string
  readonly icon: Component
  readonly draws?: Drawn
}

const somebody: Plain = { whenNobody: 'assign', whenNobodyRole: 'admin', list: [] }

/** What is used most; everything else stands behind the last button, in groups and to search. */
export const toolGroups: readonly (readonly Tool[])[] = [
  [
    { key: 'select', icon: MousePointer2 },
    { key: 'hand', icon: Hand },
    { key: 'connect', icon: Spline },
  ],
  [
    { key: 'start', icon: Circle, draws: { kind: 'noneStartEvent' } },
    { key: 'timer', icon: Clock, draws: { kind: 'timerCatchEvent' } },
    { key: 'message', icon: Mail, draws: { kind: 'messageCatchEvent' } },
    { key: 'end', icon: CircleStop, draws: { kind: 'noneEndEvent' } },
  ],
  [
    {
      key: 'approve',
      icon: UserRoundCheck,
      draws: {
        kind: 'userTask',
        extensions: { 'retour:Participants': somebody, 'retour:Approval': { mode: 'any' } },
      },
    },
    { key: 'fill', icon: SquarePen, draws: { kind: 'userTask', extensions: { 'retour:Participants': somebody } } },
    {
      key: 'notify',
      icon: Bell,
      draws: { kind: 'sendTask', extensions: { 'zeebe:TaskDefinition': { type: 'notify.customer' } } },
    },
    { key: 'decide', icon: Table2, draws: { kind: 'businessRuleTask' } },
    { key: 'automatic', icon: Cog, draws: { kind: 'serviceTask' } },
    { key: 'call', icon: SquarePlay, draws: { kind: 'callActivity' } },
  ],
  [
    { key: 'branch', icon: Diamond, draws: { kind: 'exclusiveGateway' } },
    { key: 'parallel', icon: Plus, draws: { kind: 'parallelGateway' } },
    { key: 'subProcess', icon: SquareDashed, draws: { kind: 'subProcess' } },
  ],
]

/** Everything that can be put on the canvas, by its name: the palette, and notes, which the pad offers. */
export const toolNamed = (key: string): Drawn =>
  toolGroups.flat().find((tool) => tool.key === key)?.draws ?? { kind: 'textAnnotation' }
