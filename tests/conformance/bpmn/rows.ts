/** A row or position of the coverage, a note or a convention; its scenarios lie in the folder that its id names. */
export interface Row {
  id: string
  section: string
  title: string
}

const section = (name: string, folder: string, rows: Readonly<Record<string, string>>): Row[] =>
  Object.entries(rows).map(([id, title]) => ({ id: `${folder}/${id}`, section: name, title }))

const tasks = section('Tasks', 'tasks', {
  'abstract-task': 'abstract task',
  'user-task': 'user task',
  'service-task': 'service task',
  'script-task': 'script task',
  'business-rule-task': 'business rule task',
  'send-task': 'send task',
  'receive-task': 'receive task',
  'receive-task-instantiate': 'receive task that starts the process',
  'manual-task': 'manual task',
  'outgoing-flows': 'several outgoing flows: split, default and conditional flow',
  lanes: 'lanes assign work',
})

const gateways = section('Gateways', 'gateways', {
  'exclusive-split': 'exclusive split',
  'exclusive-merge': 'exclusive merge lets every token pass',
  'parallel-split': 'parallel split',
  'parallel-join': 'parallel join, one token of each incoming flow',
  'inclusive-split': 'inclusive split',
  'inclusive-join': 'inclusive join',
  'event-based': 'event-based gateway to catch events',
  'event-based-receive-task': 'event-based gateway to a receive task',
  'event-based-instantiate': 'event-based gateway that starts the process',
  'event-based-parallel': 'event-based gateway, parallel',
  complex: 'complex gateway',
})

const scopes = section('Sub-processes, markers, compensation, data', 'scopes', {
  'sub-process': 'embedded sub-process',
  'call-activity': 'call activity',
  'event-sub-process-interrupting': 'event sub-process, interrupting',
  'event-sub-process-non-interrupting': 'event sub-process, non-interrupting',
  transaction: 'transaction with cancel and compensation',
  'ad-hoc': 'ad-hoc sub-process',
  'multi-instance-sequential': 'multi-instance, sequential',
  'multi-instance-parallel': 'multi-instance, parallel',
  'multi-instance-completion-condition': 'multi-instance, completion condition',
  'multi-instance-cardinality': 'multi-instance, loop cardinality',
  'multi-instance-output': 'multi-instance, output collection',
  'standard-loop': 'standard loop',
  'compensation-handler': 'compensation handler on an activity',
  'compensation-of-sub-process': 'compensation of a completed sub-process from outside',
  'data-object': 'data object',
  'data-store': 'data store',
  'data-associations': 'ioSpecification and data associations',
})

const positions = {
  start: 'start',
  catch: 'catch',
  throw: 'throw',
  end: 'end',
  boundary: 'boundary, interrupting',
  'boundary-non-interrupting': 'boundary, non-interrupting',
  'event-sub-process': 'event sub-process, interrupting',
  'event-sub-process-non-interrupting': 'event sub-process, non-interrupting',
} as const

type Position = keyof typeof positions

const caught: Position[] = ['boundary', 'boundary-non-interrupting']
const inside: Position[] = ['event-sub-process', 'event-sub-process-non-interrupting']

/** Every event with its positions, as BPMN table 10.93 allows them. */
const events = (
  [
    ['none', ['start', 'throw', 'end']],
    ['message', ['start', 'catch', 'throw', 'end', ...caught, ...inside]],
    ['timer', ['start', 'catch', ...caught, ...inside]],
    ['error', ['end', 'boundary', 'event-sub-process']],
    ['escalation', ['throw', 'end', ...caught, ...inside]],
    ['signal', ['start', 'catch', 'throw', 'end', ...caught, ...inside]],
    ['conditional', ['start', 'catch', ...caught, ...inside]],
    ['compensation', ['throw', 'end', 'boundary', 'event-sub-process']],
    ['cancel', ['end', 'boundary']],
    ['terminate', ['end']],
    ['link', ['throw', 'catch']],
    ['multiple', ['start', 'catch', 'throw', 'end', ...caught, ...inside]],
    ['parallel-multiple', ['start', 'catch', ...caught, ...inside]],
  ] as const
).flatMap(([event, places]) =>
  section(
    'Events',
    'events',
    Object.fromEntries(places.map((place) => [`${event}-${place}`, `${event} event, ${positions[place]}`])),
  ),
)

const letters = [...'abcdefghijklmnopqrstuvwxyz', ...'abcdefghijkl'].map((letter, index) =>
  index < 26 ? letter : `${letter}${letter}`,
)

const notes = section(
  'Mistakes of other engines',
  'notes',
  Object.fromEntries(letters.map((letter) => [letter, `note (${letter})`])),
)

const conventions = section('Conventions', 'conventions', {
  1: 'expressions',
  2: 'timers',
  3: 'messages',
  4: 'instantiating receive task and event-based gateway',
  5: 'complex gateway',
  6: 'data objects',
  7: 'standard loop and multi-instance',
  8: 'ad-hoc',
  9: 'compensation',
  10: 'transaction',
  11: 'links, terminate, error, escalation',
  12: 'boundary events and event sub-processes',
  13: 'lanes',
  14: 'implicit forms',
  15: 'collaboration',
  16: 'names',
  17: 'inclusive join',
  18: 'compensation handlers',
  19: 'ad-hoc requests',
  20: 'event sub-process',
  21: 'boundary events of a loop',
  22: 'variables',
  23: 'complex gateway counts',
  24: 'split into exclusive merge',
  25: 'cron, and names of called instances',
  26: 'what a refusal names',
})

export const rows: readonly Row[] = [...tasks, ...gateways, ...scopes, ...events, ...notes, ...conventions]
