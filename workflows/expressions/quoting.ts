const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

/** What stands between the quotes of a text, with its escapes resolved (DMN 1.5, 10.3.1.2 rule 35 and table 39). */
export function unquoted(literal: string): string {
  const text = literal.slice(1, -1)
  if (!text.includes('\\')) return text
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|([\s\S]))/g, (_, short, long, char) => {
    if (char !== undefined) return escapes[char] ?? (char === '"' || char === '\\' || char === "'" ? char : `\\${char}`)
    const code = Number.parseInt(short ?? long, 16)
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : ''
  })
}

const signs: Record<string, string> = { '"': '\\"', '\\': '\\\\' }

/** Signs that no source may have as they are; lone surrogates would not survive a file. */
const unprintable = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g // oxlint-disable-line no-control-regex

/** A text as a literal of FEEL that `unquoted` gives back. */
export const quoted = (text: string): string =>
  `"${text
    .replaceAll(/["\\]/g, (sign) => signs[sign] ?? sign)
    .replaceAll(unprintable, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
