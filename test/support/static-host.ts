/** A host with files and nothing else: the built script tag, pages, and a way to change what it serves. */

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'

const dist = join(import.meta.dirname, '../../dist')

export interface StaticHost {
  /** Its origin, under a name of `localhost`. */
  readonly url: string
  /** Every request, as `GET /path?query`. */
  readonly asked: string[]
  close(): void
}

export interface StaticHostOptions {
  /** The first label of its host name; `localhost` alone where absent. */
  readonly name?: string
  readonly port?: number
  /** Pages by path. */
  readonly pages?: Readonly<Record<string, string>>
  /** Sent with every page. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent with every file, as a content delivery network does. */
  readonly fileHeaders?: Readonly<Record<string, string>>
  /** What a file becomes on its way. */
  readonly change?: (file: string, code: string, path: string) => string
}

/** Starts one. */
export async function startStaticHost(options: StaticHostOptions = {}): Promise<StaticHost> {
  const { name, pages = {}, headers, fileHeaders, change = (_, code) => code } = options
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    const page = pages[pathname]
    if (request.method !== 'GET') return response.writeHead(405).end()
    if (page !== undefined) {
      const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html'
      return response.writeHead(200, { 'content-type': type, ...headers }).end(page)
    }
    const file = basename(pathname)
    if (!/^connector-auth\..*js$/.test(file)) return response.writeHead(404).end()
    const code = change(file, readFileSync(join(dist, file), 'utf8'), pathname)
    return response.writeHead(200, { 'content-type': 'text/javascript', ...fileHeaders }).end(code)
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://${name ? `${name}.` : ''}localhost:${port}`,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The hashes that the build tells. */
export function readIntegrity(): Readonly<Record<string, string>> {
  const told: unknown = JSON.parse(readFileSync(join(dist, 'connector-auth.sri.json'), 'utf8'))
  const integrity: unknown = typeof told === 'object' && told !== null && 'integrity' in told ? told.integrity : {}
  return Object.fromEntries(Object.entries(Object(integrity)).map(([file, hash]) => [file, String(hash)]))
}
