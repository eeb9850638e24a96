import { parseArgs, type ParseArgsConfig } from 'node:util'

/** What was typed after the command, or a sentence about what cannot be understood. */
export function readArguments<O extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: O) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
    return { values, positionals }
  } catch (error) {
    return { fault: (error as Error).message.split('.')[0] ?? '' }
  }
}

/** Says what was not understood and what would be; 2 is the exit code of a wrong call. */
export function misuse(say: (line: string) => void, usage: string, fault: string): number {
  say(fault)
  say(`Usage: npx retour ${usage}`)
  return 2
}
