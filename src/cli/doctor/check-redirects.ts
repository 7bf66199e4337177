/** Every redirect URI, exactly as it is to be registered; static pages are fetched. */

import { type BackendOptions, callbackUrl } from '../../server/index.ts'
import { type Finding, fault, ok, warning } from './finding.ts'
import { look } from './look.ts'

type Options = Omit<BackendOptions, 'store'>

/** Lists redirect URIs by connector, and looks whether each static callback page is there. */
export async function checkRedirects(options: Options): Promise<readonly Finding[]> {
  const connectors = options.connectors.filter(({ method }) => method === 'oauth2')
  const found = await Promise.all(connectors.map(({ id }) => redirectsOf(options, id)))
  return found.flat()
}

async function redirectsOf(options: Options, id: string): Promise<readonly Finding[]> {
  const url = new URL(options.publicUrl)
  const settings = { publicUrl: url, basePath: url.pathname.replace(/\/+$/, ''), space: options.space ?? 'default' }
  const pages = Object.values(options.callbacks ?? {}).map((template) => template.replaceAll('{connector}', id))
  return [
    ok(`${id}: redirect URI to register`, callbackUrl(settings, id)),
    ...(await Promise.all(pages.map((page) => checkPage(id, page)))),
  ]
}

/** A server that answers every path with its own page is told from one that has ours. */
async function checkPage(id: string, page: string): Promise<Finding> {
  const check = `${id}: redirect URI to register`
  const mend = `Write the pages with connector-auth callback <folder> --connectors ${id}, and publish the folder.`
  const seen = await look(page)
  if (!seen) return warning(check, `${page} does not answer`, 'Publish the page, or run this where it can be reached.')
  if (seen.status !== 200) return fault(check, `${page} answers ${seen.status}`, mend)
  const type = seen.headers.get('content-type') ?? ''
  if (!type.startsWith('text/html')) return fault(check, `${page} is ${type || 'of no type'}`, 'Serve it as text/html.')
  if (!seen.text.includes('callback.js')) return fault(check, `${page} is another page`, mend)
  const script = await look(new URL('callback.js', page).href)
  if (script?.status !== 200) return fault(check, `${page} has no callback.js beside it`, mend)
  return ok(check, `${page} (its page is there)`)
}
