/** The app's server: the backend, a connect token for who is signed in, and the built page. */

import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { honoHandler } from 'connector-auth/server'
import { Hono } from 'hono'
import { backend, mintConnectToken, port } from '../backend.ts'

const app = new Hono()
app.all('/connector-auth/*', honoHandler(backend))
// Your session says who this is; here everybody is Ana.
app.post('/connect-token', (context) => mintConnectToken(context.req.raw, { subject: 'ana' }))
app.get('*', serveStatic({ root: `${import.meta.dirname}/dist` }))
serve({ fetch: app.fetch, port, hostname: 'localhost' })
