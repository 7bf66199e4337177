/** `connections`: what stands at a running backend, and ending it. */

import type { Command } from 'commander'
import { disconnect, listConnections } from '../api/index.ts'
import type { Connection, Disconnected } from '../protocol/connection.ts'
import { AuthenticationError } from '../protocol/errors.ts'
import { confirm } from './confirm.ts'
import { type Format, type Print, formatOption, plain, showRows } from './output.ts'
import { type OwnerOptions, type RemoteOptions, ownerOf, remoteOf, withOwner, withRemote } from './remote.ts'

export type OwnedOptions = RemoteOptions & OwnerOptions & { readonly format: Format }
export type RevokeOptions = OwnedOptions & { readonly connection?: string; readonly yes?: boolean }

/** Adds `connections list | show | revoke`. */
export function addConnectionCommands(program: Command, print: Print): void {
  const connections = program.command('connections').description('what is connected at a running backend')
  const owned = (name: string, description: string) =>
    withOwner(withRemote(connections.command(name).description(description))).addOption(formatOption())
  owned('list', "lists an owner's connections")
    .option('--connector <id>', 'only of this connector')
    .action((options: OwnedOptions & { connector?: string }) => listAll(options, print))
  owned('show', 'shows connections with one connector: account, scopes, and why one needs a reconnect')
    .argument('<connector>')
    .option('--connection <id>', 'which one, where there are several')
    .action((connector: string, options: RevokeOptions) => show(connector, options, print))
  owned('revoke', 'ends a connection and revokes its tokens at the authorization server')
    .argument('<connector>')
    .option('--connection <id>', 'which one, where there are several')
    .option('--yes', 'does not ask first')
    .action((connector: string, options: RevokeOptions) => revoke(connector, options, print))
}

/** Lists an owner's connections. */
export async function listAll(options: OwnedOptions & { readonly connector?: string }, print: Print): Promise<void> {
  const { connector: connectorId, format } = options
  const values = await listConnections((await remoteOf(options)).call, { ...ownerOf(options), connectorId })
  showRows({ values, format, rows: values.map(rowOf) }, print)
}

const rowOf = ({ connectorId, connectionId, status, account, scopes, updatedAt }: Connection) => ({
  connector: connectorId,
  connection: connectionId,
  status,
  account: account?.name,
  missing: scopes.missing.join(' '),
  updated: updatedAt,
})

async function show(connectorId: string, options: RevokeOptions, print: Print): Promise<void> {
  const all = await listConnections((await remoteOf(options)).call, { ...ownerOf(options), connectorId })
  const wanted = all.filter(({ connectionId }) => (options.connection ?? connectionId) === connectionId)
  if (wanted.length === 0) throw new AuthenticationError('not_connected', `${connectorId} is not connected.`)
  if (options.format === 'json') return print(JSON.stringify(wanted, null, 2))
  for (const one of wanted) {
    print(`${one.connectorId} ${one.connectionId}`)
    for (const [name, fact] of factsOf(one)) if (fact) print(`  ${`${name}:`.padEnd(20)}${plain(fact)}`)
  }
}

const factsOf = ({ status, reason, owner, account, scopes, createdAt, updatedAt }: Connection) => [
  ['Status', reason === null ? status : `${status} (${reason})`],
  ['Owner', owner],
  ['Account', account ? `${account.name} (${account.id})` : ''],
  ['Scopes', scopes.granted.join(' ')],
  ['Scopes missing', scopes.missing.join(' ')],
  ['Connected', createdAt],
  ['Changed', updatedAt],
]

/** Ends a connection, after a question. */
export async function revoke(connectorId: string, options: RevokeOptions, print: Print): Promise<void> {
  const remote = await remoteOf(options)
  const owner = ownerOf(options)
  await confirm(`End the connection with ${connectorId}?`, options.yes)
  const ended = await disconnect(remote.call, connectorId, { ...owner, connectionId: options.connection })
  print(options.format === 'json' ? JSON.stringify(ended, null, 2) : `${connectorId}: ended. ${told(ended)}`)
}

function told({ revocation }: Disconnected): string {
  switch (revocation) {
    case 'revoked':
      return 'Its tokens were revoked at the authorization server.'
    case 'unsupported':
      return 'The service cannot revoke tokens: remove the app in its settings too.'
    case 'failed_will_retry':
      return 'The authorization server did not answer; the backend asks it again.'
  }
}
