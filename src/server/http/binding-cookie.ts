/** The cookie that ties one attempt on the bridge to one browser: a binding, never a credential. */

import type { Settings } from '../options.ts'

/** `__Host-` keeps other hosts and plain http from setting it; loopback in development has neither https nor the prefix. */
function nameOf({ publicUrl }: Settings, sessionId: string): string {
  return publicUrl.protocol === 'https:' ? `__Host-ca_${sessionId}` : `ca_${sessionId}`
}

/** @see RFC 10017 §6.1.3.2; Lax, because the authorization server's redirect comes from another site */
export function bindingCookie(settings: Settings, sessionId: string, secret: string): string {
  return write(settings, sessionId, secret, settings.limits.authSessionSeconds)
}

export function clearedBindingCookie(settings: Settings, sessionId: string): string {
  return write(settings, sessionId, '', 0)
}

function write(settings: Settings, sessionId: string, value: string, maxAgeSeconds: number): string {
  const secure = settings.publicUrl.protocol === 'https:' ? '; Secure' : ''
  return `${nameOf(settings, sessionId)}=${value}; Path=/${secure}; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`
}

/** The secret that this browser holds for an attempt; undefined where it holds none, or two. */
export function boundSecret(settings: Settings, request: Request, sessionId: string): string | undefined {
  const name = `${nameOf(settings, sessionId)}=`
  const found = (request.headers.get('cookie') ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(name))
  return found.length === 1 ? found[0]?.slice(name.length) : undefined
}
