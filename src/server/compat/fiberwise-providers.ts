/** Answers Fiberwise's clients about providers: register, list, delete. */

import { InvalidRequestError } from '../../protocol/errors.ts'
import { groupName } from '../../protocol/ids.ts'
import { object } from '../../protocol/schema.ts'
import { usableConnectors } from '../connectors/find.ts'
import { scopeRulesOf } from '../connectors/public.ts'
import { removeConnector, saveConnector } from '../connectors/save.ts'
import type { Core } from '../core.ts'
import { readJson, readQuery } from '../http/body.ts'
import type { Handler } from '../http/handlers.ts'
import { callbackUrl } from '../sessions/choose-road.ts'
import { type ImportedProvider, connectorIdOf, readProvider } from './provider-files.ts'
import { connectorOf } from './provider-record.ts'
import { fiberwiseAuthenticatorBody, fiberwiseRegisterBody } from './routes.ts'

/** `POST /api/v1/credentials/oauth/register`: the same name again changes what stands there. */
export const fiberwiseRegister: Handler = async ({ core, request }) => {
  const { token_data: endpoints, ...fields } = await readJson(request, fiberwiseRegisterBody)
  const provider = readProvider({ ...fields, ...endpoints }, 'the body')
  await save(core, provider)
  return {
    success: true,
    provider_id: provider.id,
    message: 'OAuth provider registered successfully',
    redirect_uri: callbackUrl(core.settings, provider.id),
  }
}

/** `POST /api/v1/oauth/authenticators[/{appId}]`: a provider that is there already is left as it is. */
export const fiberwiseAddAuthenticator: Handler = async ({ core, request }) => {
  const provider = readProvider(await readJson(request, fiberwiseAuthenticatorBody), 'the body')
  const there = await usableConnectors(core)
  if (there.some(({ record, registered }) => registered && record.id === provider.id))
    throw new InvalidRequestError('connector_exists', `There is a provider ${provider.id} already.`)
  await save(core, provider)
  return { authenticator_id: provider.id, id: provider.id, redirect_uri: callbackUrl(core.settings, provider.id) }
}

/** `GET /api/v1/oauth/authenticators`: providers belong to the space, so `app_id` chooses none of them. */
export const fiberwiseAuthenticators: Handler = async ({ core, url }) => {
  readQuery(url, object({}, { app_id: groupName }))
  const added = await core.store.db
    .selectFrom('connector')
    .select(['id', 'created_at'])
    .where('space', '=', core.settings.space)
    .execute()
  const since = new Map(added.map(({ id, created_at: at }) => [id, new Date(Number(at)).toISOString()]))
  return (await usableConnectors(core)).map(({ record }) => ({
    id: record.id,
    name: record.name,
    authenticator_type: record.method,
    scopes: scopeRulesOf(record)?.default ?? [],
    created_at: since.get(record.id) ?? null,
    is_active: true,
  }))
}

/** `DELETE /api/v1/oauth/authenticators/{provider}` */
export const fiberwiseRemoveAuthenticator: Handler = async ({ core, params }) => {
  await removeConnector(core, connectorIdOf(params['provider'] ?? '', 'the path'))
  return { success: true, message: 'OAuth provider deleted successfully' }
}

async function save(core: Core, provider: ImportedProvider): Promise<void> {
  const today = new Date(core.settings.now()).toISOString().slice(0, 10)
  await saveConnector(core, provider.id, connectorOf(provider, today))
}
