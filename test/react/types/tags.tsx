/** Compiles with the types of React 18 and of React 19, as a host's code does. */

import { ConnectorAuth, type ConnectorAuthElement } from 'connector-auth/react'
import { useRef } from 'react'

export function Tags() {
  const element = useRef<ConnectorAuthElement>(null)
  const connect = async () => (await element.current?.connect())?.status
  return (
    <>
      <connector-auth
        ref={element}
        base-url="/connector-auth"
        connector-id="google"
        mode="popup"
        headless
        class="card"
        onconnector-auth-connected={(event) => void event.missingScopes.length}
      >
        <em>slot</em>
      </connector-auth>
      <ConnectorAuth
        ref={element}
        baseUrl="/connector-auth"
        scopes={['files.read']}
        text={{ connect: 'Link' }}
        className="card"
        headless
        data-testid="card"
        onFailed={({ reason }) => void reason.length}
        onClick={() => void connect()}
      >
        <em>slot</em>
      </ConnectorAuth>
      {/* @ts-expect-error There is no such mode. */}
      <connector-auth mode="window" />
      {/* @ts-expect-error It is said or it is not. */}
      <ConnectorAuth baseUrl="/" headless="yes" />
      {/* @ts-expect-error An event never carries a credential. */}
      <ConnectorAuth baseUrl="/" onConnected={(event) => void event.accessToken} />
      {/* @ts-expect-error There is no such property. */}
      <ConnectorAuth baseUrl="/" conectorId="google" />
      {/* @ts-expect-error Nothing works without a backend. */}
      <ConnectorAuth connectorId="google" />
      {/* @ts-expect-error There is no such event. */}
      <ConnectorAuth baseUrl="/" onNothing={() => undefined} />
    </>
  )
}
