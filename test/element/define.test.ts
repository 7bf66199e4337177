import { expect } from '@open-wc/testing'
import { ConnectorAuth, define } from '../../src/element/index.ts'

describe('define()', () => {
  it('registers once and tolerates a second time', () => {
    expect(define()).to.equal(ConnectorAuth)
    expect(define()).to.equal(ConnectorAuth)
    expect(document.createElement('connector-auth')).to.be.instanceOf(ConnectorAuth)
  })

  it('leaves a tag alone that another bundle has taken', () => {
    class Other extends HTMLElement {}
    customElements.define('taken-auth', Other)
    expect(define('taken-auth')).to.equal(Other)
  })

  it('registers under a second tag of the same page', () => {
    define()
    define('second-auth')
    expect(document.createElement('second-auth')).to.be.instanceOf(ConnectorAuth)
  })

  it('does nothing without a registry', () => {
    expect(define('nowhere-auth', undefined)).to.equal(customElements.get('nowhere-auth'))
  })
})
