declare module '@hbtgmbh/dmn-eval-js' {
  interface DecisionTables {
    parseDmnXml(xml: string): Promise<object>
    evaluateDecision(id: string, decisions: object, input: object): unknown
  }
  const peer: { decisionTable: DecisionTables }
  export default peer
}
