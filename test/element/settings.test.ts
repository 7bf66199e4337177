import { expect } from '@open-wc/testing'
import { type Configurable, readSettings } from '../../src/element/settings.ts'

const none: Configurable = {
  baseUrl: undefined,
  tokenUrl: undefined,
  connectorId: undefined,
  connectionId: undefined,
  scopes: undefined,
  sessionKey: undefined,
  storage: undefined,
  mode: undefined,
  force: false,
  authToken: undefined,
  getAuthToken: undefined,
}
const enough: Configurable = { ...none, baseUrl: '/b', tokenUrl: '/t', connectorId: 'acme' }

describe('the settings of an element', () => {
  it('are enough with connector, backend and a way to a token', () => {
    expect(readSettings(enough)).to.deep.equal({
      target: { connectorId: 'acme' },
      options: { baseUrl: '/b', tokenUrl: '/t', storage: 'indexeddb' },
    })
    expect(readSettings({ ...enough, tokenUrl: undefined, getAuthToken: () => '' }).fault).to.equal(undefined)
    expect(readSettings({ ...enough, tokenUrl: null, authToken: 'x' }).fault).to.equal(undefined)
    expect(readSettings({ ...enough, baseUrl: '' }).fault).to.equal(undefined)
  })

  for (const [attribute, wrong] of Object.entries<Partial<Configurable>>({
    'base-url': { baseUrl: null },
    'base-url ': { baseUrl: 'https://' },
    'token-url': { tokenUrl: undefined },
    storage: { storage: 'memroy' },
    mode: { mode: 'sideways' },
  }))
    it(`name ${attribute.trim()} when it is missing or wrong`, () => {
      expect(readSettings({ ...enough, ...wrong }).fault).to.equal(attribute.trim())
    })

  it('name no connector where the connectors are to be listed', () => {
    expect(readSettings({ ...enough, connectorId: null }).target).to.deep.equal({ connectorId: '' })
  })

  it('take scopes as a list or as words', () => {
    const scopesOf = (scopes: Configurable['scopes']) => readSettings({ ...enough, scopes }).target?.scopes
    expect(scopesOf('a  b ')).to.deep.equal(['a', 'b'])
    expect(scopesOf(['a', 'b'])).to.deep.equal(['a', 'b'])
    expect(scopesOf('')).to.equal(undefined)
  })

  it('read getAuthToken anew at every call', async () => {
    let host: Configurable = { ...enough, getAuthToken: () => 'one' }
    const live: Configurable = {
      ...host,
      get getAuthToken() {
        return host.getAuthToken
      },
    }
    const { options } = readSettings(live)
    host = { ...host, getAuthToken: () => 'two' }
    expect(await options?.getAuthToken?.()).to.equal('two')
  })
})
