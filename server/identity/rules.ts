import { refuse, ok, type Result } from '../../workflows/model/problem.ts'

/** Letters and digits that look alike, to one of each: twins of a name that is taken are refused (reliability X12). */
const lookAlikes: Record<string, string> = {
  '0': 'o', '1': 'l', i: 'l', '|': 'l', '5': 's', '8': 'b', '2': 'z',
  а: 'a', в: 'b', с: 'c', е: 'e', н: 'h', і: 'l', ј: 'j', к: 'k', м: 'm', о: 'o', р: 'p', ѕ: 's', т: 't', у: 'y', х: 'x',
  α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'l', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x',
  ı: 'l', ɑ: 'a', ɡ: 'g', ł: 'l',
} // prettier-ignore

/** Characters that take no room: zero-width, joiners, marks of direction, variation selectors, soft hyphen. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu

/** The form in which a user name is stored and signed in with. */
export function normalizedUsername(text: string): string {
  return text.normalize('NFKC').replaceAll(invisible, '').trim().toLowerCase()
}

/** Equal for names that a person cannot tell apart. */
export function usernameSkeleton(text: string): string {
  const bare = normalizedUsername(text).normalize('NFD').replaceAll(/\p{M}/gu, '')
  return [...bare]
    .map((char) => lookAlikes[char] ?? char)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

/** Passwords that are tried first; compared without case and without digits at the end. */
const common = new Set(
  (
    'password passw0rd p@ssword p@ssw0rd qwerty qwertyuiop qwertyui asdfghjkl asdfasdf zxcvbnm abc123 iloveyou letmein ' +
    'welcome welcome1 monkey dragon sunshine princess football baseball superman batman trustno1 master michael jordan ' +
    'shadow ashley bailey charlie hunter killer starwars whatever computer internet samsung freedom access login hello ' +
    'changeme default guest root toor admin administrator admin123 test test1234 testtest secret mypassword pass1234 ' +
    '12345678 123456789 1234567890 0123456789 11111111 00000000 88888888 66666666 87654321 12341234 11223344 12344321 ' +
    '123123123 123456abc abc12345 abcd1234 a1234567 a12345678 aa123456 aa12345678 q1w2e3r4 1q2w3e4r 1q2w3e4r5t 1qaz2wsx ' +
    'qwer1234 qwerty123 asdf1234 zaq12wsx qazwsxedc 5201314 52013145 woaini woaini1314 woaini520 wodemima mima1234 ' +
    '147258369 159357 789456123 31415926 999999999 123qweasd qweasdzxc password1 password123 iloveyou1 retour retour123'
  ).split(' '),
)

/** 8 to 200 characters, not a well-known one, not the user's own name (NIST 800-63B: no composition rules). */
export function checkPassword(password: string, username: string): Result<null> {
  const length = [...password].length
  if (length < 8 || length > 200) {
    return refuse(
      'password.length',
      { zh: '密码应为 8 到 200 个字符', en: 'Expected a password of 8 to 200 characters' },
      { where: 'password' },
    )
  }
  const plain = password.normalize('NFKC').toLowerCase()
  const weak = common.has(plain) || common.has(plain.replace(/[\d!.]+$/, '')) || new Set(plain).size < 4
  if (weak || plain === username.toLowerCase() || plain.replace(/[\d!.]+$/, '') === username.toLowerCase()) {
    return refuse(
      'password.common',
      {
        zh: '这个密码太常见，很容易被猜到，请换一个',
        en: 'Expected a password that is hard to guess, but this one is among the first that are tried',
      },
      { where: 'password' },
    )
  }
  return ok(null)
}
