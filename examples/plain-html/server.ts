/** The app's server: the backend, a connect token for who is signed in, the element's files, and the page. */

import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { honoHandler } from 'connector-auth/server'
import { Hono } from 'hono'
import { backend, mintConnectToken, port } from '../backend.ts'

const app = new Hono()
app.all('/connector-auth/*', honoHandler(backend))
// Your session says who this is; here everybody is Ana.
app.post('/connect-token', (context) => mintConnectToken(context.req.raw, { subject: 'ana' }))
// The package brings what a page without a build step loads: connector-auth.min.js, and what that loads later.
const built = new URL('.', import.meta.resolve('connector-auth/connector-auth.min.js')).pathname
app.get('/connector-auth.*', serveStatic({ root: built }))
app.get('*', serveStatic({ root: `${import.meta.dirname}/page` }))
serve({ fetch: app.fetch, port, hostname: 'localhost' })
