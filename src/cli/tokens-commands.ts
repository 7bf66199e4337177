/** `tokens`: connect tokens, for trying things out by hand. */

import type { Command } from 'commander'
import { createConnectToken, revokeConnectTokens } from '../api/index.ts'
import { actions } from '../protocol/connect-token.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type Format, type Print, formatOption, list, whole } from './output.ts'
import { type OwnerOptions, type RemoteOptions, ownerOf, remoteOf, withOwner, withRemote } from './remote.ts'

type MintOptions = RemoteOptions &
  OwnerOptions & {
    readonly actions?: readonly string[]
    readonly origins?: readonly string[]
    readonly expiresIn?: number
    readonly format: Format
  }

/** Adds `tokens mint | revoke`. */
export function addTokenCommands(program: Command, print: Print): void {
  const tokens = program.command('tokens').description('connect tokens: what lets one browser act for one person')
  const owned = (name: string, description: string) =>
    withOwner(withRemote(tokens.command(name).description(description))).addOption(formatOption())
  owned('mint', 'mints a connect token and prints it')
    .option('--actions <names>', `of ${actions.join(', ')}, joined by commas; all of them`, list)
    .option('--origins <origins>', 'origins that may use it, joined by commas', list)
    .option('--expires-in <seconds>', '10 to 900', whole)
    .action((options: MintOptions) => mint(options, print))
  owned('revoke', 'ends every connect token of a person; their connections stay').action((options: MintOptions) =>
    revoke(options, print),
  )
}

async function mint(options: MintOptions, print: Print): Promise<void> {
  const { origins, expiresIn: expiresInSeconds, format } = options
  const minted = await createConnectToken((await remoteOf(options)).call, {
    ...personOf(options),
    actions: options.actions?.map(actionOf),
    origins,
    expiresInSeconds,
  })
  print(format === 'json' ? JSON.stringify(minted, null, 2) : minted.token)
}

async function revoke(options: MintOptions, print: Print): Promise<void> {
  const { subject, tenant, org } = personOf(options)
  const ended = await revokeConnectTokens((await remoteOf(options)).call, { subject, tenant, org })
  print(options.format === 'json' ? JSON.stringify(ended) : `${ended.revoked} connect tokens were ended.`)
}

/** A token names its person, whosever connections it is for. */
function personOf(options: OwnerOptions) {
  const { subject, ...rest } = ownerOf(options)
  if (subject) return { ...rest, subject }
  throw new InvalidRequestError('invalid_request', 'Say for whom: --subject <id> or CONNECTOR_AUTH_SUBJECT.')
}

function actionOf(name: string) {
  const action = actions.find((one) => one === name)
  if (action) return action
  throw new InvalidRequestError('invalid_request', `--actions: ${name} is none of ${actions.join(', ')}.`)
}
