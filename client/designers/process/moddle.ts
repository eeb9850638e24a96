/** An element of a diagram's meta model, as the editor and the XML reader hold it. */
export interface ModdleElement {
  $type: string
  $parent?: ModdleElement
  id?: string
  name?: string
  // The meta model describes elements by data, not by types.
  [property: string]: unknown
}
