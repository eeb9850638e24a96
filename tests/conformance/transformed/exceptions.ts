/** Scenarios that mean something else when they are told otherwise: by the transformation, the file, and why. */
const exceptions: readonly (readonly [transformation: RegExp, file: RegExp, why: string])[] = [
  [/^in /, /^events\/message-event-sub-process\/key-missing/, 'the incident of a listener stands at its scope'],
  [
    /^in an ad-hoc|timer at its boundary|listens for what never comes/,
    /^conventions\/14\/start-quantity|^conventions\/24\/exclusive-into-parallel|^gateways\/complex\/never-activates/,
    'a join is not stuck for ever while something may still end it',
  ],
  [
    /^called/,
    /^scopes\/call-activity\/(?:called-cannot-be-canceled-alone|depth)/,
    'it counts calls from the first process',
  ],
]

export const meansSomethingElse = (file: string, transformation: string): boolean =>
  exceptions.some(([name, path]) => name.test(transformation) && path.test(file))
