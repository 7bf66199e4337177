/** Describes the route table as OpenAPI 3.1. */

import { problem } from '../../protocol/problem.ts'
import { type Route, routes } from '../../protocol/routes.ts'
import type { JsonSchema, Schema } from '../../protocol/schema.ts'
import { version } from '../version.ts'

/** The document; `server` is the public URL. */
export function openApiDocument(server: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = (paths[route.path] ??= {})
    path[route.method.toLowerCase()] = operation(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'connector-auth',
      version,
      description: 'Connections between the users of a host application and third-party services.',
    },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        connect_token: {
          type: 'http',
          scheme: 'bearer',
          description: 'Short-lived, for one subject, in a browser: cct_…',
        },
        api_key: {
          type: 'http',
          scheme: 'bearer',
          description: 'Long-lived, for the host backend, never in a browser: cak_…',
        },
        host_jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "The host's own JWT." },
        metrics_token: { type: 'http', scheme: 'bearer', description: 'The configured metrics token.' },
      },
    },
  }
}

function operation(route: Route): object {
  const problemContent = {
    description: 'A problem document (RFC 9457)',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.accepts === 'public' ? { security: [] } : { security: route.accepts.map((kind) => ({ [kind]: [] })) }),
    parameters: [...pathParameters(route), ...queryParameters(route.query)],
    ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } } : {}),
    responses: { [route.status]: success(route), default: problemContent },
  }
}

function success(route: Route): object {
  if (route.answer) return { description: route.summary, content: { 'application/json': { schema: route.answer } } }
  if (route.status === 204) return { description: route.summary }
  const type = { openapi: 'application/json', metrics: 'text/plain' }[String(route.name)] ?? 'text/html'
  return { description: route.summary, content: { [type]: {} } }
}

function pathParameters(route: Route): object[] {
  return Object.entries(route.params).map(([name, schema]) => ({ name, in: 'path', required: true, schema }))
}

function queryParameters(query: Schema<unknown> | undefined): object[] {
  return Object.entries<JsonSchema>(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    schema,
  }))
}
