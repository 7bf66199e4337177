import { expect } from '@open-wc/testing'
import { createPreparation } from '../../src/client/preparation.ts'
import type { Road } from '../../src/client/road.ts'
import { pause } from './backend.ts'

describe('what is prepared for a click', () => {
  const demo = { connectorId: 'demo' }
  const roadOf = (openSeconds: number): Road => ({
    id: 'as_1',
    url: undefined,
    deadline: performance.now() + 600_000,
    openUntil: performance.now() + openSeconds * 1_000,
    canOpen: () => true,
    open: () => undefined,
    leave: () => Promise.resolve(),
    travel: () => undefined,
  })
  const prepared = async (openSeconds: number) => {
    let made = 0
    const preparation = createPreparation(async () => ((made += 1), roadOf(openSeconds)))
    await preparation.prepare(demo)
    await pause(30)
    return { ready: !!preparation.take(demo).ready, made }
  }

  it('is not opened after the time in which the authorization server keeps a pushed request', async () => {
    expect(await prepared(10.02)).to.deep.equal({ ready: false, made: 2 })
    expect(await prepared(12)).to.deep.equal({ ready: true, made: 1 })
    expect(await prepared(Infinity)).to.deep.equal({ ready: true, made: 1 })
  })
})
