/** A customer's portal on another site, with the demo's page in a frame. */

import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Portal {
  readonly url: string
  close(): Promise<void>
}

const style = `html, body { margin: 0; height: 100%; font: 15px/1.4 system-ui, sans-serif; background: #24324b; color: #fff; }
body { display: flex; flex-direction: column; }
header { padding: .7rem 1rem; } b { margin-inline-end: .6rem; } a { color: inherit; }
iframe { flex: 1; border: 0; background: #fff; }
`

/** Starts the portal on 127.0.0.1, which is another site than localhost. */
export async function startPortal(appUrl: string, port: number): Promise<Portal> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const headers = {
      'content-security-policy': `default-src 'none'; style-src 'self'; frame-src ${appUrl}; base-uri 'none'`,
      'cache-control': 'no-cache',
    }
    if (path === '/portal.css') response.writeHead(200, { 'content-type': 'text/css' }).end(style)
    else if (path === '/')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page(appUrl))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve())
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => stop(server) }
}

function page(appUrl: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A portal of another site</title><link rel="stylesheet" href="/portal.css">
<header><b>Harbour Portal</b> Another site, with the app in a frame. <a href="${appUrl}/">Leave the frame</a></header>
<iframe title="The app" allow="clipboard-write" src="${appUrl}/with/frame/#scenario=third-party-frame"></iframe>
</html>
`
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
