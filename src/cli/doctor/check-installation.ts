/** What lies on this machine: the environment file, API keys, origins, clients, and whether the backend answers. */

import { existsSync, statSync } from 'node:fs'
import type { BackendOptions } from '../../server/index.ts'
import { type Finding, fault, ok, warning } from './finding.ts'
import { look } from './look.ts'

type Options = Omit<BackendOptions, 'store'>

/** Whoever else reads the file has the keys. */
export function checkEnvironmentFile(file: string): readonly Finding[] {
  if (process.platform === 'win32' || !existsSync(file)) return []
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o077) === 0) return [ok(file, 'readable by its owner alone')]
  return [fault(file, `others may read it (mode ${mode.toString(8)})`, `chmod 600 ${file}`)]
}

/** Without an API key no connect token can be minted, but from inside the host's own process. */
export function checkApiKeys({ apiKeys = [] }: Options): readonly Finding[] {
  if (apiKeys.length > 0) return [ok('API keys', `${apiKeys.length} in the configuration`)]
  return [warning('API keys', 'there is none in CONNECTOR_AUTH_API_KEYS', 'Run connector-auth init.')]
}

/** A page calls from an allowed origin; one with a callback page of its own too. */
export function checkOrigins({ publicUrl, allowedOrigins, callbacks = {} }: Options): readonly Finding[] {
  const origins = allowedOrigins ?? [new URL(publicUrl).origin]
  const strays = Object.keys(callbacks).filter((origin) => !origins.includes(origin))
  return [
    ok('origins', origins.length > 0 ? origins.join(' ') : 'none: no page may call'),
    ...strays.map((origin) =>
      fault('origins', `${origin} has callbacks and is not allowed to call`, `Add ${origin} to allowedOrigins.`),
    ),
  ]
}

/** An OAuth connector without a client id is listed nowhere. */
export function checkClients({ connectors, clients }: Options): readonly Finding[] {
  return connectors
    .filter(({ id, method }) => method === 'oauth2' && !Object.hasOwn(clients, id))
    .map(({ id, clientPage }) =>
      warning(
        `${id}: client`,
        'the configuration has no client id',
        `Make one${clientPage ? ` at ${clientPage}` : ''} and write it to clients.${id}, or run connector-auth connectors add ${id}.`,
      ),
    )
}

/** The public URL, as a browser would reach it. */
export async function checkBackend({ publicUrl }: Options): Promise<readonly Finding[]> {
  const seen = await look(`${publicUrl.replace(/\/+$/, '')}/readyz`)
  if (seen?.status === 200) return [ok('backend', `${publicUrl} is ready`)]
  const found = seen ? `${publicUrl}/readyz answers ${seen.status}` : `${publicUrl} does not answer`
  return [warning('backend', found, 'Start connector-auth serve, and check the way to it.')]
}

/** Expiry and signed assertions hang on it; half a minute is what servers usually allow. */
export function clockFindings(
  aheads: readonly { readonly of: string; readonly seconds: number }[],
): readonly Finding[] {
  const [first] = [...aheads].sort((one, other) => Math.abs(one.seconds) - Math.abs(other.seconds))
  if (!first) return [warning('clock', 'nobody was reached to compare it with', 'Run this again with a network.')]
  const found = `${Math.abs(first.seconds)} s ${first.seconds < 0 ? 'behind' : 'ahead of'} ${first.of}`
  const mend = 'Set the clock, by NTP.'
  if (Math.abs(first.seconds) > 120) return [fault('clock', found, mend)]
  return [Math.abs(first.seconds) > 10 ? warning('clock', found, mend) : ok('clock', found)]
}
