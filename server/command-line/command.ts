/** One command of `npx retour`. */
export interface CommandLine {
  usage: string
  summary: string
  /** Does it and gives the exit code; what people read goes to `say`, what programs read too. */
  run(args: string[], say: (line: string) => void): Promise<number>
}
