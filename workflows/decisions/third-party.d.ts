declare module 'saxen' {
  type Context = () => { line: number; column: number; data: string }
  type Decode = (text: string) => string
  export class Parser {
    constructor()
    on(
      event: 'openTag',
      callback: (
        name: string,
        attributes: () => Record<string, string>,
        decode: Decode,
        selfClosing: boolean,
        context: Context,
      ) => void,
    ): this
    on(event: 'closeTag', callback: () => void): this
    on(event: 'text', callback: (text: string, decode: Decode, context: Context) => void): this
    on(event: 'cdata', callback: (text: string, context: Context) => void): this
    on(event: 'error' | 'warn', callback: (error: Error, context: Context) => void): this
    stop(): void
    parse(xml: string): this
  }
}
