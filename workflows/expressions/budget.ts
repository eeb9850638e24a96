import type { FeelContext, FeelValue, Frame } from './values.ts'

/** What one evaluation may use (reliability 8.2). Work is counted, not timed, so the same input always ends the same way. */
export const limits = {
  /** Characters of a source. */
  sourceLength: 4096,
  /** Open brackets at one place. */
  nesting: 64,
  /** Levels of a syntax tree. */
  treeDepth: 1000,
  /** Counted work of one evaluation. */
  steps: 100_000,
  /** Calls within calls. */
  calls: 200,
  /** Items that a literal range may have in an iteration, and the product over nested ones. */
  iterations: 10_000,
  /** Characters of a text that comes out of an operator or a function. */
  textLength: 65_536,
  /** Values inside one list or context that an expression builds, over all levels. */
  size: 50_000,
  /** Characters of a regular expression. */
  patternLength: 256,
} as const

/** Thrown through the closures of one evaluation and caught where it began; never leaves this folder. */
export const overBudget = new Error('feel.budget')

export function charge(frame: Frame, steps: number): void {
  frame.steps -= steps
  if (frame.steps < 0) throw overBudget
}

/** Charges for a text that was built: one step for every 16 characters, and no text beyond the limit. */
export function chargeText(frame: Frame, text: string): string {
  if (text.length > limits.textLength) throw overBudget
  charge(frame, text.length >> 4)
  return text
}

/**
 * Sizes of the lists and contexts that expressions built. A value that is used twice counts twice, so that doubling
 * it thirty times ends at the limit although it takes no memory.
 */
const sizes = new WeakMap<object, number>()

const sizeOf = (value: FeelValue) => (typeof value === 'object' && value !== null ? (sizes.get(value) ?? 1) : 1)

function chargeSize(frame: Frame, built: object, size: number): void {
  if (size > limits.size) throw overBudget
  charge(frame, size >> 2)
  if (size > 1) sizes.set(built, size)
}

export function chargeList(frame: Frame, list: FeelValue[]): FeelValue[] {
  let size = 1
  for (const item of list) size += sizeOf(item)
  chargeSize(frame, list, size)
  return list
}

/** Charges for walking through a value, as comparing it does. */
export function chargeWalk(frame: Frame, value: FeelValue): void {
  if (Array.isArray(value)) charge(frame, Math.max(value.length, sizeOf(value)))
  else if (typeof value === 'object') charge(frame, sizeOf(value))
}

export function chargeContext(frame: Frame, context: FeelContext): FeelContext {
  let size = 1
  for (const name in context) size += sizeOf(context[name] ?? null)
  chargeSize(frame, context, size)
  return context
}
