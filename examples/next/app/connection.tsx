'use client'

/** One button, and what the page does with the connection. */

import { ConnectorAuth, type ConnectorAuthElement } from 'connector-auth/react'
import { useRef, useState } from 'react'

export function Connection() {
  const element = useRef<ConnectorAuthElement>(null)
  const [said, setSaid] = useState('')

  async function read() {
    const answer = await element.current?.connectorFetch('/api/me')
    const person: { email: string } = await answer?.json()
    setSaid(person.email)
  }

  return (
    <>
      <ConnectorAuth
        ref={element}
        baseUrl="/connector-auth"
        tokenUrl="/connect-token"
        connectorId="acme"
        onConnected={({ existing }) => setSaid(existing ? 'Connected again.' : 'Connected just now.')}
      />
      <button type="button" onClick={() => void read()}>
        Who am I?
      </button>
      <output>{said}</output>
    </>
  )
}
