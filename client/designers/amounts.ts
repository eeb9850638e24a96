/** Minor units as one types them: 500000 -> 5,000; 1250 -> 12.5. */
export function yuanOf(minor: string): string {
  const negative = minor.startsWith('-')
  const digits = minor.replace('-', '').padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  const rest = digits.slice(-2).replace(/0+$/, '')
  return (negative ? '-' : '') + whole + (rest ? `.${rest}` : '')
}

/** What a person types in yuan, in minor units: `5,000` -> 500000. Null when it is no amount. */
export function minorOf(yuan: string): string | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(yuan.trim().replaceAll(/[,，¥￥\s]/g, ''))
  if (!match) return null
  const minor = (match[2]! + (match[3] ?? '').padEnd(2, '0')).replace(/^0+(?=\d)/, '')
  return minor === '0' ? '0' : match[1]! + minor
}
