/** SHA-256 (FIPS 180-4) in plain arithmetic: the engine has no Node modules, and its hashes bind approvals. */
const primes: number[] = []
for (let candidate = 2; primes.length < 64; candidate++)
  if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)

const fractionBits = (value: number) => ((value - Math.floor(value)) * 0x1_0000_0000) | 0
const initial = primes.slice(0, 8).map((prime) => fractionBits(Math.sqrt(prime)))
const constants = primes.map((prime) => fractionBits(Math.cbrt(prime)))
const rotate = (value: number, by: number) => (value >>> by) | (value << (32 - by))

/** Bytes of the message with its padding; kept, because most are short. */
let bytes = new Uint8Array(256)

/** Writes a text as UTF-8; gives how many bytes it has. */
function write(text: string): number {
  // No character takes more than three bytes a unit, and padding no more than 72.
  const room = text.length * 3 + 72
  if (bytes.length < room) bytes = new Uint8Array(room)
  let size = 0
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0
    if (point < 0x80) bytes[size++] = point
    else if (point < 0x800) {
      bytes[size++] = 0xc0 | (point >> 6)
      bytes[size++] = 0x80 | (point & 63)
    } else if (point < 0x1_0000) {
      bytes[size++] = 0xe0 | (point >> 12)
      bytes[size++] = 0x80 | ((point >> 6) & 63)
      bytes[size++] = 0x80 | (point & 63)
    } else {
      bytes[size++] = 0xf0 | (point >> 18)
      bytes[size++] = 0x80 | ((point >> 12) & 63)
      bytes[size++] = 0x80 | ((point >> 6) & 63)
      bytes[size++] = 0x80 | (point & 63)
      i += 1
    }
  }
  return size
}

const words = new Int32Array(64)
const rounds = Int32Array.from(constants)
const hash = new Int32Array(8)

/** The hash of a text's UTF-8 bytes as 64 hexadecimal digits. */
export function sha256(text: string): string {
  let size = write(text)
  const bits = size * 8
  bytes[size++] = 0x80
  while (size % 64 !== 56) bytes[size++] = 0
  for (let shift = 56; shift >= 0; shift -= 8) bytes[size++] = Math.floor(bits / 2 ** shift) & 0xff

  hash.set(initial)
  for (let start = 0; start < size; start += 64) mix(start)
  let digits = ''
  for (let i = 0; i < 8; i++) digits += (hash[i]! >>> 0).toString(16).padStart(8, '0')
  return digits
}

/** One block of 64 bytes (FIPS 180-4, 6.2.2). */
function mix(start: number): void {
  const w = words
  for (let i = 0; i < 16; i++) {
    const at = start + i * 4
    w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15]!
    const b = w[i - 2]!
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
  }
  let a = hash[0]!
  let b = hash[1]!
  let c = hash[2]!
  let d = hash[3]!
  let e = hash[4]!
  let f = hash[5]!
  let g = hash[6]!
  let h = hash[7]!
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  hash[0] = (hash[0]! + a) | 0
  hash[1] = (hash[1]! + b) | 0
  hash[2] = (hash[2]! + c) | 0
  hash[3] = (hash[3]! + d) | 0
  hash[4] = (hash[4]! + e) | 0
  hash[5] = (hash[5]! + f) | 0
  hash[6] = (hash[6]! + g) | 0
  hash[7] = (hash[7]! + h) | 0
}
