/** Who gets credentials by a record: every host but those that only a browser is sent to, or that are a mere name. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { urlsOf } from '../catalogue/lint/record-urls.ts'

/** A consent page gets no secret; a resource is the name of an API (RFC 8707). */
const needless = /^(authorize\.url$|resource\[)/
/** What the client authenticates itself to; metadata of the issuer names such endpoints (RFC 8414). */
const clientFields = new Set(['issuer', 'token.url', 'refresh.url', 'revoke.url', 'par.url', 'device.url'])

/** Scheme and host of all that get tokens, typed keys and passwords, or the client's secret; templates as they are written. */
export function credentialHosts(record: ConnectorRecord): readonly string[] {
  return hostsOf(record, (field) => !needless.test(field))
}

/** Those of them that get the client's secret, or what is made with its key. */
export function clientHosts(record: ConnectorRecord): readonly string[] {
  return hostsOf(record, (field) => clientFields.has(field))
}

function hostsOf(record: ConnectorRecord, counts: (field: string) => boolean): readonly string[] {
  const urls = urlsOf(record).filter(([field]) => counts(field))
  return [...new Set(urls.map(([, url]) => originOf(url)))]
}

/** As it is asked for, so that no spelling hides it: without a user name, and with foreign letters in ASCII. */
function originOf(url: string): string {
  const written = url.split('/', 3).join('/')
  return written.includes('{') || !URL.canParse(url) ? written : new URL(url).origin
}
