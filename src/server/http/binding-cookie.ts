/** The cookie that ties one attempt on the bridge to one browser: a binding, never a credential. */

import type { Settings } from '../options.ts'

/**
 * `bound` is what the callback asks for. `pending` is all that a browser has until its person has confirmed: whoever
 * makes it enter the bridge, and sends it to the authorization server himself, has gained nothing (attack 4d).
 */
export type BindingStage = 'pending' | 'bound'

/** `__Host-` keeps other hosts and plain http from setting it; loopback in development has neither https nor the prefix. */
function nameOf({ publicUrl }: Settings, sessionId: string, stage: BindingStage): string {
  const name = `${stage === 'bound' ? 'ca' : 'cap'}_${sessionId}`
  return publicUrl.protocol === 'https:' ? `__Host-${name}` : name
}

/** @see RFC 10017 §6.1.3.2; Lax, because the authorization server's redirect comes from another site */
export function bindingCookie(settings: Settings, sessionId: string, secret: string, stage: BindingStage): string {
  return write(settings, nameOf(settings, sessionId, stage), secret, settings.limits.authSessionSeconds)
}

export function clearedBindingCookie(settings: Settings, sessionId: string): string {
  return write(settings, nameOf(settings, sessionId, 'bound'), '', 0)
}

function write(settings: Settings, name: string, value: string, maxAgeSeconds: number): string {
  const secure = settings.publicUrl.protocol === 'https:' ? '; Secure' : ''
  return `${name}=${value}; Path=/${secure}; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`
}

/** The secret that this browser holds for an attempt; undefined where it holds none, or two. */
export function boundSecret(
  settings: Settings,
  request: Request,
  sessionId: string,
  stage: BindingStage,
): string | undefined {
  const name = `${nameOf(settings, sessionId, stage)}=`
  const found = (request.headers.get('cookie') ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(name))
  return found.length === 1 ? found[0]?.slice(name.length) : undefined
}
