declare module 'bpmn-moddle' {
  /** An element of the meta model as the XML reader returns it. */
  export interface ModdleElement {
    $type: string
    $attrs: Record<string, string>
    $parent?: ModdleElement
    $instanceOf(type: string): boolean
    id?: string
    name?: string
    // The reader's elements are described by data, not by types.
    [property: string]: unknown
  }
  export interface ParseResult {
    rootElement: ModdleElement
    references: { element: ModdleElement; property: string; id: string }[]
    warnings: { message: string; element?: ModdleElement; property?: string; value?: string; error?: Error }[]
    elementsById: Record<string, ModdleElement>
  }
  export class BpmnModdle {
    constructor(packages?: Record<string, unknown>)
    fromXML(xml: string, typeName?: string): Promise<ParseResult>
    toXML(element: ModdleElement, options?: { format?: boolean; preamble?: boolean }): Promise<{ xml: string }>
    readonly registry: { typeMap: Record<string, { properties: { name: string; default?: unknown }[] } | undefined> }
    create(type: string, attributes?: Record<string, unknown>): ModdleElement
  }
}

declare module 'zeebe-bpmn-moddle/resources/zeebe.json' {
  const descriptor: Record<string, unknown>
  export default descriptor
}
