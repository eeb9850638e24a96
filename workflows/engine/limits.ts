/** Budgets of one instance (reliability R12); at their end stands an incident, never a stalled server. */
export const limits = {
  /** Flow nodes that one command may enter; each instance of a multi-instance body adds what it holds. */
  elementsPerStep: 1000,
  /** Activations of one element that stands on a loop, over the life of an instance. */
  activations: 10_000,
  /** Instances in one multi-instance body. */
  multiInstance: 1000,
  /** Instances in a chain of calls, the first one included (reliability B28). */
  callDepth: 16,
  /** Bytes of all variables of an instance. */
  variableBytes: 1_048_576,
} as const
