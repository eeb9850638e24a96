/** Why a source is not an expression, in words for its author; `position` counts characters from 0. */
export interface ExpressionProblem {
  code: string
  message: { zh: string; en: string }
  position?: number
}

type Sentence = (detail: string) => { zh: string; en: string }

/** Every refusal and failure of an expression. */
const sentences = {
  'feel.syntax': (detail) => ({
    zh: `表达式写法有误:在「${detail}」附近无法理解。`,
    en: `Expected an expression, but could not read it near "${detail}".`,
  }),
  'feel.size': (detail) => ({
    zh: `表达式太长或嵌套太深(${detail})。`,
    en: `Expected a shorter or flatter expression (${detail}).`,
  }),
  'feel.characters': () => ({
    zh: '表达式中有不可见的控制字符。',
    en: 'Expected plain text, but the expression has a control character.',
  }),
  'feel.forbidden_name': (detail) => ({
    zh: `不允许使用名称「${detail}」。`,
    en: `Expected another name: "${detail}" may not be used.`,
  }),
  'feel.range': (detail) => ({
    zh: `循环次数过多(${detail})。`,
    en: `Expected fewer repetitions (${detail}).`,
  }),
  'feel.external': () => ({
    zh: '不支持外部函数(Java、PMML)。',
    en: 'Expected a FEEL function, but external functions (Java, PMML) are not supported.',
  }),
  'feel.pattern': (detail) => ({
    zh: `正则表达式「${detail}」无效、过长,或使用了不支持的写法(环视、反向引用)。`,
    en: `Expected a valid regular expression without look-around and back-references, but got "${detail}".`,
  }),
  'feel.unknown_function': (detail) => ({
    zh: `没有名为「${detail}」的函数。`,
    en: `Expected a known function, but there is none called "${detail}".`,
  }),
  'feel.budget': () => ({
    zh: '表达式的计算量超出限制。',
    en: 'Expected an expression that ends within its budget, but it did not.',
  }),
  'feel.unknown_variable': (detail) => ({
    zh: `没有名为「${detail}」的变量。`,
    en: `Expected a known variable, but there is none called "${detail}".`,
  }),
} satisfies Record<string, Sentence>

export type ProblemCode = keyof typeof sentences

export function sentence(code: ProblemCode, detail = ''): { zh: string; en: string } {
  return (sentences[code] as Sentence)(detail)
}

/** What the compiler throws inside this folder when it refuses a source; never leaves it. */
export interface Refusal {
  refused: ExpressionProblem
}

export function refuse(code: ProblemCode, detail = '', position?: number): never {
  const problem: ExpressionProblem = { code, message: sentence(code, detail) }
  if (position !== undefined) problem.position = position
  throw { refused: problem } satisfies Refusal
}
