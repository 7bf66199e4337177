/** What each compat route does. */

import type { Handler } from '../http/handlers.ts'
import { fastnCredentials, fastnInitiate, fastnStatus } from './fastn.ts'
import {
  fiberwiseAddAuthenticator,
  fiberwiseAuthenticators,
  fiberwiseRegister,
  fiberwiseRemoveAuthenticator,
} from './fiberwise-providers.ts'
import {
  fiberwiseComplete,
  fiberwiseConnections,
  fiberwiseDisconnect,
  fiberwiseRevoke,
  fiberwiseServiceProviders,
  fiberwiseStart,
} from './fiberwise.ts'
import type { CompatRouteName } from './routes.ts'

export const compatHandlers: Readonly<Record<CompatRouteName, Handler>> = {
  fastnCredentials,
  fastnShortCredentials: fastnCredentials,
  fastnInitiate,
  fastnStatus,
  fiberwiseRegister,
  fiberwiseStart,
  fiberwiseInitiate: fiberwiseStart,
  fiberwiseComplete,
  fiberwiseConnections,
  fiberwiseDisconnect,
  fiberwiseServiceProviders,
  fiberwiseRevoke,
  fiberwiseAuthenticators,
  fiberwiseAddAuthenticator,
  fiberwiseAddAppAuthenticator: fiberwiseAddAuthenticator,
  fiberwiseRemoveAuthenticator,
}
