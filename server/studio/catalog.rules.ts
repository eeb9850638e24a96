/** Fields of a form definition with their titles, sub-table columns as `table.column`. */
export function formFields(content: string): { path: string; title: string }[] {
  const definition = JSON.parse(content) as { schema?: Schema }
  return fieldsOf(definition.schema ?? {}, '')
}

interface Schema {
  title?: string
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
}

function fieldsOf(schema: Schema, prefix: string): { path: string; title: string }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const columns = field.type === 'array' && field.items ? fieldsOf(field.items, `${path}.`) : []
    return [{ path, title: field.title ?? name }, ...columns]
  })
}

/** Names of the inputs and outputs of a decision table, from its published XML. */
export function decisionFace(content: string, decisionId: string): { inputs: string[]; outputs: string[] } {
  const decision =
    new RegExp(
      `<(?:\\w+:)?decision\\b[^>]*\\sid="${decisionId.replaceAll(/[^\w.-]/g, '')}"[\\s\\S]*?</(?:\\w+:)?decision>`,
    ).exec(content)?.[0] ?? ''
  const inputs = [...decision.matchAll(/<(?:\w+:)?inputExpression\b[\s\S]*?<(?:\w+:)?text>([^<]*)</g)].map(
    (match) => match[1] ?? '',
  )
  const outputs = [...decision.matchAll(/<(?:\w+:)?output\b[^>]*?\sname="([^"]*)"/g)].map((match) => match[1] ?? '')
  return { inputs, outputs }
}
