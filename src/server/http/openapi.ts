/** Describes the route table as OpenAPI 3.1. */

import { problem } from '../../protocol/problem.ts'
import { type Route, methodsOf } from '../../protocol/routes.ts'
import { type JsonSchema, type Schema, text } from '../../protocol/schema.ts'
import { controlHeaders } from '../proxy/headers.ts'
import { version } from '../version.ts'

/** The document of these routes; `server` is the public URL. */
export function openApiDocument(server: string, routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = (paths[route.path] ??= {})
    // The document has no word for every method, and an id stands in it once.
    for (const method of methodsOf(route).map((name) => name.toLowerCase()))
      path[method] = operation(route, route.method === 'ANY' ? `${route.name}_${method}` : route.name)
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

function operation(route: Route, operationId: string): object {
  const problemContent = {
    description: 'A problem document (RFC 9457)',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
  return {
    operationId,
    summary: route.summary,
    ...(route.accepts === 'public' ? { security: [] } : { security: route.accepts.map((kind) => ({ [kind]: [] })) }),
    parameters: [...pathParameters(route), ...queryParameters(route.query), ...headerParameters(route)],
    ...requestBody(route),
    responses: { [route.status]: success(route), default: problemContent },
  }
}

function requestBody({ body, bodyType, method }: Route): object {
  if (body) return { requestBody: { required: true, content: { [bodyType ?? 'application/json']: { schema: body } } } }
  return method === 'ANY' ? { requestBody: { content: { '*/*': {} } } } : {}
}

function success(route: Route): object {
  if (route.answer) return { description: route.summary, content: { 'application/json': { schema: route.answer } } }
  if (route.method === 'ANY') return { description: "The service's own answer.", content: { '*/*': {} } }
  if ([204, 302, 303].includes(route.status)) return { description: route.summary }
  const type = { openapi: 'application/json', metrics: 'text/plain' }[String(route.name)] ?? 'text/html'
  return { description: route.summary, content: { [type]: {} } }
}

function pathParameters({ params, path }: Route): object[] {
  const rest = path.endsWith('{path}') ? { path: text({ description: 'All that follows, slashes too.' }) } : {}
  return Object.entries({ ...params, ...rest }).map(([name, schema]) => ({ name, in: 'path', required: true, schema }))
}

/** Whose connection a proxied call uses stands in headers, because the body is the service's. */
function headerParameters({ method }: Route): object[] {
  if (method !== 'ANY') return []
  return Object.values(controlHeaders).map((name) => ({ name, in: 'header', required: false, schema: text() }))
}

function queryParameters(query: Schema<unknown> | undefined): object[] {
  return Object.entries<JsonSchema>(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    schema,
  }))
}
