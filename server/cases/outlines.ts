import type { ParsedProcess } from '../../workflows/model/definition.ts'
import { readBpmn } from '../../workflows/model/read-bpmn.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import { outlineOf } from './outline.rules.ts'
import type { Outline } from './step-log.rules.ts'

export interface PublishedDiagram {
  name: string
  xml: string
  outline: Outline
  process: ParsedProcess
}

export type Diagrams = (processId: string, version: number) => Promise<PublishedDiagram>

/** Reads each published version once; versions never change. */
export function createDiagrams(runtime: Runtime): Diagrams {
  const known = new Map<string, Promise<PublishedDiagram>>()

  const read = async (processId: string, version: number): Promise<PublishedDiagram> => {
    const resource = await runtime.resource('process', processId, version)
    if (!resource) throw new Error(`process ${processId} has no version ${version}`)
    const parsed = await readBpmn(resource.content)
    const process = parsed.ok ? parsed.definitions.processes.find(({ id }) => id === processId) : undefined
    if (!process) throw new Error(`process ${processId} version ${version} cannot be read`)
    return { name: resource.name, xml: resource.content, outline: outlineOf(process), process }
  }

  return (processId, version) => {
    const key = `${processId}:${version}`
    const diagram = known.get(key) ?? read(processId, version)
    known.set(key, diagram)
    return diagram
  }
}
