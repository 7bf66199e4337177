/** Signs a person in and asks for consent, by own pages or, for tests, at once. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { findDemoAccount, scopes } from './accounts.ts'
import type { State } from './control.ts'
import { consentPage, loginPage } from './pages.ts'
import { readForm } from './request.ts'
import { sendHtml } from './respond.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>
type Exchange = {
  readonly provider: Provider
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly interaction: Interaction
}

/** Answers `/interaction/:uid` and the forms of its pages. */
export async function handleInteraction(
  parts: Omit<Exchange, 'interaction'> & { readonly state: State; readonly url: URL },
): Promise<void> {
  const { provider, request, response, state, url } = parts
  const exchange = { provider, request, response, interaction: await provider.interactionDetails(request, response) }
  const action = url.pathname.split('/')[3]
  if (request.method !== 'POST') return show(exchange, state, url.searchParams.has('switch'))
  if (action === 'login') return login(exchange, await readForm(request))
  if (action === 'consent') return allow(exchange, await readForm(request))
  return deny(exchange)
}

async function show(exchange: Exchange, state: State, switching: boolean): Promise<void> {
  const { interaction, response } = exchange
  if (state.consent === 'deny') return deny(exchange)
  if (state.consent === 'allow') return answerAtOnce(exchange, state.account)
  const nonce = randomBytes(16).toString('base64')
  const shared = { uid: interaction.uid, clientName: await clientName(exchange), nonce }
  const account = findDemoAccount(interaction.session?.accountId ?? '')
  if (switching || interaction.prompt.name === 'login' || !account) return sendHtml(response, loginPage(shared), nonce)
  sendHtml(response, consentPage({ ...shared, account, requested: requestedScopes(interaction) }), nonce)
}

async function login(exchange: Exchange, form: URLSearchParams): Promise<void> {
  const account = findDemoAccount(form.get('account') ?? '')
  if (!account) return deny(exchange)
  await finish(exchange, { login: { accountId: account.id } })
}

async function allow(exchange: Exchange, form: URLSearchParams): Promise<void> {
  const accountId = exchange.interaction.session?.accountId
  if (!accountId) return deny(exchange)
  const ticked = new Set(form.getAll('scope'))
  const isRefused = (scope: string): boolean => Boolean(scopes[scope]?.optional) && !ticked.has(scope)
  const grantId = await grant(exchange, accountId, isRefused)
  await finish(exchange, { consent: { grantId } })
}

async function deny(exchange: Exchange): Promise<void> {
  const result = { error: 'access_denied', error_description: 'The person denied access.' }
  await exchange.provider.interactionFinished(exchange.request, exchange.response, result, {
    mergeWithLastSubmission: false,
  })
}

async function answerAtOnce(exchange: Exchange, chosen: string | undefined): Promise<void> {
  const signedIn = exchange.interaction.session?.accountId
  const accountId = chosen ?? signedIn ?? 'alice'
  const grantId = await grant(exchange, accountId, () => false)
  await finish(exchange, { login: { accountId }, consent: { grantId } })
}

/** Every consent makes a grant of its own, so that ending one connection leaves another of the same person alone. */
async function grant(exchange: Exchange, accountId: string, isRefused: (scope: string) => boolean): Promise<string> {
  const { provider, interaction } = exchange
  const made = new provider.Grant({ accountId, clientId: String(interaction.params['client_id']) })
  for (const scope of requestedScopes(interaction)) {
    if (isRefused(scope)) made.rejectOIDCScope(scope)
    else made.addOIDCScope(scope)
  }
  return made.save()
}

async function finish(exchange: Exchange, result: Parameters<Provider['interactionFinished']>[2]): Promise<void> {
  await exchange.provider.interactionFinished(exchange.request, exchange.response, result, {
    mergeWithLastSubmission: true,
  })
}

function requestedScopes(interaction: Interaction): string[] {
  const { scope } = interaction.params
  return typeof scope === 'string' ? scope.split(' ').filter(Boolean) : []
}

async function clientName(exchange: Exchange): Promise<string> {
  const id = String(exchange.interaction.params['client_id'])
  return (await exchange.provider.Client.find(id))?.clientName ?? id
}
