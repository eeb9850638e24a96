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
  'money.raw_arithmetic': (detail) => ({
    zh: `金额不能直接乘以小数或相除(${detail}),请用 money.percent 或 money.allocate。`,
    en: `Expected money.percent or money.allocate, but money is multiplied or divided by hand (${detail}).`,
  }),
  'feel.unknown_type': (detail) => ({
    zh: `没有名为「${detail}」的类型。`,
    en: `Expected a known type, but there is none called "${detail}".`,
  }),
  'feel.operands': (detail) => ({
    zh: `运算或比较不能用于这些类型的值(${detail})。`,
    en: `Expected values that the operator takes, but got ${detail}.`,
  }),
  'feel.division_by_zero': () => ({ zh: '除数为零。', en: 'Expected a divisor, but it is zero.' }),
  'feel.arguments': (detail) => ({
    zh: `函数的参数个数、名称或类型不符:${detail}。`,
    en: `Expected arguments that the function takes, but got ${detail}.`,
  }),
  'feel.no_result': (detail) => ({
    zh: `「${detail}」对这些参数没有结果。`,
    en: `Expected a result of "${detail}", but there is none for these arguments.`,
  }),
  'feel.not_function': (detail) => ({
    zh: `这里应是函数,实际是 ${detail}。`,
    en: `Expected a function, but got ${detail}.`,
  }),
  'feel.no_entry': (detail) => ({
    zh: `没有名为「${detail}」的项。`,
    en: `Expected an entry "${detail}", but there is none.`,
  }),
  'feel.no_item': (detail) => ({
    zh: `列表中没有第 ${detail} 项。`,
    en: `Expected an item at ${detail}, but the list has none there.`,
  }),
  'feel.not_condition': (detail) => ({
    zh: `条件应为真或假,实际是 ${detail}。`,
    en: `Expected a condition to be true or false, but got ${detail}.`,
  }),
  'feel.not_iterable': (detail) => ({
    zh: `不能逐项处理 ${detail}。`,
    en: `Expected a list or a range of whole numbers or dates, but got ${detail}.`,
  }),
  'feel.ends': (detail) => ({
    zh: `区间的两端无法比较或顺序颠倒(${detail})。`,
    en: `Expected ends of a range in their order, but got ${detail}.`,
  }),
  'feel.duplicate_entry': (detail) => ({
    zh: `项「${detail}」出现了不止一次。`,
    en: `Expected every entry once, but "${detail}" occurs more than once.`,
  }),
  'feel.budget': () => ({
    zh: '表达式的计算量超出限制。',
    en: 'Expected an expression that ends within its budget, but it did not.',
  }),
  'feel.assertion': (detail) => ({
    zh: `断言的条件不成立${detail === '' ? '' : `:${detail}`}。`,
    en: `Expected the condition of assert to hold, but it does not${detail === '' ? '' : ` (${detail})`}.`,
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

export function refuse(code: ProblemCode, detail = '', position?: number, hint?: { zh: string; en: string }): never {
  const { zh, en } = sentence(code, detail)
  const problem: ExpressionProblem = { code, message: hint ? { zh: zh + hint.zh, en: `${en} ${hint.en}` } : { zh, en } }
  if (position !== undefined) problem.position = position
  throw { refused: problem } satisfies Refusal
}
