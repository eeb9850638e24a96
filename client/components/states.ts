/** One mark of a state glyph in its 14 px box. Filled marks carry their sign in the surface color. */
type Mark = readonly [tag: 'circle' | 'path' | 'rect', attributes: Readonly<Record<string, string | number>>]

const ring: Mark = ['circle', { cx: 7, cy: 7, r: 5.5, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5 }]
const disc: Mark = ['circle', { cx: 7, cy: 7, r: 6.25, fill: 'currentColor' }]
const sign = (d: string): Mark => [
  'path',
  {
    d,
    fill: 'none',
    stroke: 'var(--rt-glyph-sign, var(--rt-surface))',
    'stroke-width': 1.6,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  },
]
const inkSign = (d: string): Mark => [
  'path',
  {
    d,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.5,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  },
]

export type Tone = 'accent' | 'blue' | 'amber' | 'red' | 'green' | 'plum' | 'quiet'

/** Every state that people meet: its glyph alone says it, color and word say it again. */
export const states = {
  mine: { tone: 'accent', marks: [ring, ['circle', { cx: 7, cy: 7, r: 2.6, fill: 'currentColor' }]] },
  colleague: { tone: 'accent', marks: [ring, ['path', { d: 'M7 3.2a3.8 3.8 0 0 1 0 7.6z', fill: 'currentColor' }]] },
  waiting: {
    tone: 'blue',
    marks: [
      [
        'circle',
        {
          cx: 7,
          cy: 7,
          r: 5.5,
          fill: 'none',
          stroke: 'currentColor',
          'stroke-width': 1.5,
          'stroke-dasharray': '2.6 1.72',
        },
      ],
    ],
  },
  due: { tone: 'amber', marks: [ring, ['path', { d: 'M7 7V3.2A3.8 3.8 0 0 1 10.8 7z', fill: 'currentColor' }]] },
  overdue: { tone: 'red', marks: [disc, sign('M7 3.9V7l2 1.6')] },
  approved: { tone: 'green', marks: [disc, sign('M4.4 7.2 6.3 9l3.4-3.8')] },
  rejected: { tone: 'red', marks: [disc, sign('m5 5 4 4M9 5 5 9')] },
  returned: { tone: 'plum', marks: [disc, sign('M6.3 4.2 4.4 6l1.9 1.8M4.6 6h3a2 2 0 0 1 2 2v1.2')] },
  refunded: {
    tone: 'accent',
    marks: [
      ['rect', { x: 0.9, y: 0.9, width: 12.2, height: 12.2, rx: 2.5, fill: 'currentColor' }],
      sign('m4.6 3.8 2.4 3 2.4-3M7 6.8v3.7M4.9 7.3h4.2M4.9 9h4.2'),
    ],
  },
  unknown: { tone: 'amber', marks: [ring, inkSign('M5.6 5.6a1.45 1.45 0 1 1 2 1.5c-.4.2-.6.4-.6.8M7 9.7v.05')] },
  closed: { tone: 'quiet', marks: [ring, inkSign('M4.8 7h4.4')] },
  future: {
    tone: 'quiet',
    marks: [['circle', { cx: 7, cy: 7, r: 5.5, fill: 'none', stroke: 'var(--rt-neutral-400)', 'stroke-width': 1.5 }]],
  },
  warning: { tone: 'amber', marks: [inkSign('M7 1.9 12.6 12H1.4zM7 5.6v2.8M7 10.2v.05')] },
} as const satisfies Record<string, { tone: Tone; marks: readonly Mark[] }>

export type State = keyof typeof states
