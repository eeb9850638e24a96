/** A length of time as people pick it: 30 minutes, 4 hours, 7 days. */
export const durationUnits = ['minutes', 'hours', 'days', 'weeks'] as const
export type DurationUnit = (typeof durationUnits)[number]
export interface PlainDuration {
  readonly amount: number
  readonly unit: DurationUnit
  /** Written with a minus: before, not after. */
  readonly before: boolean
}

const shapes: readonly [DurationUnit, RegExp, (amount: number) => string][] = [
  ['minutes', /^PT(\d+)M$/, (amount) => `PT${amount}M`],
  ['hours', /^PT(\d+)H$/, (amount) => `PT${amount}H`],
  ['days', /^P(\d+)D$/, (amount) => `P${amount}D`],
  ['weeks', /^P(\d+)W$/, (amount) => `P${amount}W`],
]

/** `PT4H` -> 4 hours. Null when it is mixed or an expression: then only its text can be shown. */
export function readDuration(text: string): PlainDuration | null {
  const before = text.startsWith('-')
  const plain = before ? text.slice(1) : text
  for (const [unit, pattern] of shapes) {
    const match = pattern.exec(plain)
    if (match) return { amount: Number(match[1]), unit, before }
  }
  return null
}

/** The ISO 8601 text of a plain length of time. */
export function writeDuration({ amount, unit, before }: PlainDuration): string {
  const write = shapes.find(([name]) => name === unit)![2]
  return (before ? '-' : '') + write(Math.max(1, Math.round(amount)))
}
