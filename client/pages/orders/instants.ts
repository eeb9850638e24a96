/** Orders instants from early to late; what has not happened yet comes last. Equal is 0, so that a sort keeps the order. */
export function compareInstants(a: string | null | undefined, b: string | null | undefined): number {
  if (a === b) return 0
  if (!a) return b ? 1 : 0
  if (!b) return -1
  return a < b ? -1 : a > b ? 1 : 0
}
