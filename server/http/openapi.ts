import type { TSchema } from 'typebox'
import { ProblemDocument } from '../contract/shared.ts'
import type { AnyRoute, Authorization } from './route.ts'
import { closedSchema } from './validate.ts'

type Json = Record<string, unknown>

/** OpenAPI 3.1 from the very schemas that validate; JSON Schema 2020-12 needs no translation. */
export function openApiDocument(routes: readonly AnyRoute[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Retour',
      version,
      description: 'Everything the client does. Errors are application/problem+json with a stable code.',
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'retour', description: '`__Host-retour` over https' },
        csrf: { type: 'apiKey', in: 'header', name: 'X-Retour-Csrf' },
        capability: { type: 'apiKey', in: 'header', name: 'X-Retour-Capability' },
        signature: { type: 'apiKey', in: 'header', name: 'X-Retour-Signature' },
      },
      schemas: { Problem: closedSchema(ProblemDocument) },
    },
  }
}

function operationOf(route: AnyRoute): Json {
  const command = 'command' in route && route.command === true
  const raw = 'exchange' in route ? route : null
  const body = raw?.accepts
    ? { content: { [raw.accepts]: { schema: { type: 'string', format: 'binary' } } } }
    : route.body && { content: { 'application/json': { schema: closedSchema(route.body) } } }
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    tags: [route.tag],
    security: securityOf(route.authorize, route.method !== 'GET'),
    'x-authorization': route.authorize,
    parameters: [...parametersOf(route), ...(command ? [idempotencyParameter] : [])],
    ...(body ? { requestBody: { required: true, ...body } } : {}),
    responses: {
      200: {
        description: 'Done',
        content: { [raw?.answers ?? 'application/json']: { schema: closedSchema(route.response) } },
      },
      default: {
        description: 'Refused; nothing changed',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const idempotencyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'Same key, same answer, one effect',
  schema: { type: 'string', minLength: 8, maxLength: 128 },
}

function operationIdOf(route: AnyRoute): string {
  const words = route.path.split(/[^A-Za-z]+/).filter((word) => word !== '' && word !== 'api')
  return [route.method.toLowerCase(), ...words].join('-')
}

function parametersOf(route: AnyRoute): Json[] {
  const inPath = [...route.path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] as string)
  const params = propertiesOf(route.params)
  const query = propertiesOf(route.query)
  const required = ((route.query as Json | undefined)?.['required'] ?? []) as string[]
  return [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: params[name] ?? { type: 'string' } })),
    ...Object.entries(query).map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      schema,
    })),
  ]
}

function propertiesOf(schema: TSchema | undefined): Record<string, unknown> {
  return ((schema as Json | undefined)?.['properties'] ?? {}) as Record<string, unknown>
}

function securityOf(rule: Authorization, unsafe: boolean): Json[] {
  const session = unsafe ? { session: [], csrf: [] } : { session: [] }
  switch (rule.allow) {
    case 'public':
      return []
    case 'capability':
      return [{ capability: [] }]
    case 'signature':
      return [{ signature: [] }]
    case 'signed-in-or-capability':
      return [session, { capability: [] }]
    default:
      return [session]
  }
}
