/** How hard a password is to guess, 0 to 4 bars. Length counts most; one repeated character counts nothing. */
export function passwordStrength(password: string): 0 | 1 | 2 | 3 | 4 {
  const distinct = new Set(password).size
  if (password.length < 8 || distinct < 4) return password ? 1 : 0
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length
  const points =
    (password.length >= 16 ? 3 : password.length >= 12 ? 2 : 1) + (kinds >= 3 ? 1 : 0) + (distinct >= 8 ? 0 : -1)
  return Math.max(1, Math.min(4, points + 1)) as 1 | 2 | 3 | 4
}
