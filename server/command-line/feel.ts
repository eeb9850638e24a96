import { compileExpression } from '../../workflows/expressions/compile.ts'
import { toJson } from '../../workflows/expressions/json.ts'
import type { CommandLine } from './command.ts'
import { printJson, readJsonObject, scopeOf } from './json-files.ts'
import { misuse, readArguments } from './read-arguments.ts'

/** `retour feel EXPRESSION [--context FILE]`: the value as JSON, with the reasons of every null in it. */
export const feel: CommandLine = {
  usage: 'feel EXPRESSION [--context FILE]',
  summary: 'evaluate a FEEL expression with the variables of a JSON file',
  async run(args, say) {
    const read = readArguments(args, { context: { type: 'string' } })
    if ('fault' in read) return misuse(say, feel.usage, read.fault)
    const [source, ...more] = read.positionals
    if (source === undefined || more.length > 0)
      return misuse(
        say,
        feel.usage,
        source === undefined ? 'Expected an expression' : 'Expected one expression in quotes',
      )
    const file = read.values.context
    const context = file === undefined ? { data: {} } : readJsonObject(file)
    if ('fault' in context) return misuse(say, feel.usage, context.fault)
    const compiled = compileExpression(source, { shape: context.data })
    if (!compiled.ok) {
      printJson(say, { ok: false, ...compiled.problem })
      return 1
    }
    const result = compiled.expression.evaluate(scopeOf(context.data))
    const { notes } = compiled.expression
    if (result.ok) printJson(say, { ok: true, value: toJson(result.value), warnings: result.warnings, notes })
    else printJson(say, result)
    return result.ok ? 0 : 1
  },
}
