/** Records every call of the token endpoint, counts reuse and revocations, and is slow or plays dead when told to. */
import { setTimeout as pause } from 'node:timers/promises'
import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { isRecord, readForm } from './request.ts'
import type { State } from './control.ts'

/** Hangs the observer in front of oidc-provider's own routes. */
export function observe(provider: Provider, state: State): void {
  provider.on('grant.error', (_context, error) => {
    if (error.error_detail === 'refresh token already used') state.reuse += 1
  })
  provider.use(async (context: KoaContextWithOIDC, next: () => Promise<unknown>) => {
    if (context.method !== 'POST') return next()
    if (context.path === '/token' && state.down) {
      const form = await readForm(context.req)
      record(state, form.get('grant_type'), 'service_unavailable')
      context.status = 503
      context.body = { error: 'temporarily_unavailable', error_description: 'Acme Cloud is down for maintenance.' }
      return
    }
    if (context.path === '/token' && state.tokenDelaySeconds > 0) await pause(state.tokenDelaySeconds * 1_000)
    await next()
    if (context.path === '/token') record(state, context.oidc?.params?.['grant_type'], outcome(context))
    if (context.path === '/token/revocation' && context.status === 200) state.revocations += 1
  })
}

function record(state: State, grantType: unknown, result: string): void {
  state.calls.push({ grantType: typeof grantType === 'string' ? grantType : '', at: Date.now(), outcome: result })
}

function outcome(context: KoaContextWithOIDC): string {
  if (context.status === 200) return 'ok'
  const body: unknown = context.body
  return isRecord(body) && typeof body['error'] === 'string' ? body['error'] : `status_${context.status}`
}
