/** What the start flags take away (reliability 8.0), each tried for real. */
const doors: Record<string, () => unknown> = {
  'code from strings': () => Reflect.construct(Function, ['return 1']) as unknown,
  'eval of strings': () => (Reflect.get(globalThis, 'eval') as (text: string) => unknown)('1'),
  'prototypes by name': () => {
    if (!('__proto__' in {})) throw new Error('gone')
  },
}

/** Which of them are open all the same: then nobody may rely on what the flags promise. */
export function openDoors(): string[] {
  return Object.keys(doors).filter((name) => {
    try {
      doors[name]!()
      return true
    } catch {
      return false
    }
  })
}
