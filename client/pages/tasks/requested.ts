/** What the customer wants canceled, by line of the order; `data` is that of the task's form. */
export function requestedQuantities(data: Readonly<Record<string, unknown>>): Record<string, number> {
  const lines = (data['req'] as { lines?: unknown } | undefined)?.lines
  if (!Array.isArray(lines)) return {}
  return Object.fromEntries(
    lines.flatMap((line: unknown) => {
      const { orderLineId, quantity } = (line ?? {}) as { orderLineId?: unknown; quantity?: unknown }
      return typeof orderLineId === 'string' && typeof quantity === 'number' ? [[orderLineId, quantity]] : []
    }),
  )
}
