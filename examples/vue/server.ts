/** The app's server: the backend, a connect token for who is signed in, and the built page. */

import { nodeListener } from 'connector-auth/server'
import express from 'express'
import { backend, mintConnectToken, port } from '../backend.ts'

const app = express()
// `all` and not `use`: the backend wants the whole path. And before any body parser.
app.all('/connector-auth/{*path}', nodeListener(backend))
// Your session says who this is; here everybody is Ana.
app.post('/connect-token', nodeListener({ fetch: (request) => mintConnectToken(request, { subject: 'ana' }) }))
app.use(express.static(`${import.meta.dirname}/dist`))
app.listen(port, 'localhost')
