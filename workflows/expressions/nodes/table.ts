import type { SyntaxNode } from '../parse.ts'
import { refuse } from '../problems.ts'
import { arithmetic } from './arithmetic.ts'
import { functionDefinition, functionInvocation } from './functions.ts'
import { filterExpression, forExpression, pathExpression, quantifiedExpression } from './iteration.ts'
import { atLiteral, booleanLiteral, constant, context, list, numericLiteral, stringLiteral } from './literals.ts'
import { comparisonNode, ifExpression, instanceOf, logical } from './logic.ts'
import { childAt, nameOf, variable } from './names.ts'
import type { Code, Compiler } from './names.ts'
import { compileTestAsValue } from './tests.ts'

/** How each node of the grammar becomes code. A node that has no row is no expression. */
const table: Record<string, (node: SyntaxNode, compiler: Compiler) => Code> = {
  Expression: (node, compiler) => compiler.compile(childAt(node, 0), compiler),
  ParenthesizedExpression: (node, compiler) => compiler.compile(childAt(node, 1), compiler),
  PositiveUnaryTest: (node, compiler) => compiler.compile(childAt(node, 0), compiler),
  NumericLiteral: numericLiteral,
  StringLiteral: stringLiteral,
  BooleanLiteral: booleanLiteral,
  null: () => constant(null),
  AtLiteral: atLiteral,
  DateTimeLiteral: functionInvocation,
  VariableName: (node, compiler) => variable(compiler, nameOf(compiler, node), node.from),
  '?': (node, compiler) => variable(compiler, '?', node.from),
  List: list,
  Context: context,
  Conjunction: logical,
  Disjunction: logical,
  Comparison: comparisonNode,
  SimplePositiveUnaryTest: compileTestAsValue,
  IfExpression: ifExpression,
  InstanceOfExpression: instanceOf,
  ArithmeticExpression: arithmetic,
  ForExpression: forExpression,
  QuantifiedExpression: quantifiedExpression,
  FilterExpression: filterExpression,
  PathExpression: pathExpression,
  FunctionDefinition: functionDefinition,
  FunctionInvocation: functionInvocation,
}

export function compileNode(node: SyntaxNode, compiler: Compiler): Code {
  const compile = table[node.name]
  return compile ? compile(node, compiler) : refuse('feel.syntax', node.name, node.from)
}
