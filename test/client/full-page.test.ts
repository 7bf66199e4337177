import { expect } from '@open-wc/testing'
import { noteFragment, restoreFragment } from '../../src/client/full-page.ts'

describe('a page that was left for the bridge', () => {
  const plain = location.href.replace(/#.*/, '')
  afterEach(() => {
    history.replaceState(null, '', plain)
    sessionStorage.clear()
  })

  it('has its fragment again when it comes back without, once', () => {
    history.replaceState(null, '', `${plain}#here`)
    noteFragment('as_1')
    history.replaceState(null, '', plain)
    restoreFragment('as_1')
    expect(location.hash).to.equal('#here')
    history.replaceState(null, '', plain)
    restoreFragment('as_1')
    expect(location.hash).to.equal('')
  })

  it('does not move another attempt, another page, one with a fragment of its own, or another tab', () => {
    history.replaceState(null, '', `${plain}#here`)
    for (const id of ['as_1', 'as_2', 'as_3', 'as_4']) noteFragment(id)
    history.replaceState(null, '', plain)
    restoreFragment('as_0')
    expect(location.hash).to.equal('')
    history.replaceState(null, '', '/elsewhere')
    restoreFragment('as_1')
    expect(location.hash).to.equal('')
    history.replaceState(null, '', `${plain}#own`)
    restoreFragment('as_2')
    expect(location.hash).to.equal('#own')
    history.replaceState(null, '', plain)
    // Another tab has a storage of its own.
    sessionStorage.clear()
    restoreFragment('as_3')
    expect(location.hash).to.equal('')
  })
})
