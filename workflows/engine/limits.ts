/** Budgets of one instance (reliability R12); at their end stands an incident, never a stalled server. */
export const limits = {
  /** Flow nodes that one command may enter; each instance of a multi-instance body adds what it holds. */
  elementsPerStep: 1000,
  /** Activations of one element that stands on a loop, over the life of an instance. */
  activations: 10_000,
  /** Milliseconds that one command may take, looked at once in a while. */
  stepMilliseconds: 250,
  /** Events of one instance. */
  events: 50_000,
  /** Bytes that large writes of variables may put into the history of one instance. */
  historyBytes: 20_971_520,
  /** Below this many bytes a write is small: fifty thousand of them are what the number of events is there for. */
  largeWrite: 4096,
  /** Instances in one multi-instance body. */
  multiInstance: 1000,
  /** Instances in a chain of calls, the first one included (reliability B28). */
  callDepth: 16,
  /** Bytes of all variables of an instance. */
  variableBytes: 1_048_576,
} as const
