import { expect } from '@open-wc/testing'
import { callbackScript } from '../../src/protocol/callback-script.ts'
import { pause, until } from './backend.ts'

const state = 'S'.repeat(43)
const name = async () => {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(state)))
  return btoa(String.fromCharCode(...hash))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** A page on this origin, in a window of its own, that runs the callback page's script. */
async function land(query: string): Promise<Window> {
  const popup = open(`/package.json?${query}`, '_blank', 'popup,width=400,height=400')
  if (!popup) throw new Error('blocked')
  await until(() => popup.document.readyState === 'complete' && popup.location.href !== 'about:blank', 'the window')
  run(popup)
  return popup
}

function run(window: Window): void {
  const script = window.document.createElement('script')
  script.text = callbackScript
  window.document.body.append(script)
}

describe('the callback page', () => {
  const popups: Window[] = []
  const visit = async (query: string) => {
    const popup = await land(query)
    popups.push(popup)
    return popup
  }
  let channel: BroadcastChannel
  let heard: unknown[]
  beforeEach(async () => {
    heard = []
    channel = new BroadcastChannel(`ca:${await name()}`)
    channel.onmessage = ({ data }) => heard.push(data)
  })
  afterEach(() => {
    channel.close()
    sessionStorage.clear()
    for (const popup of popups.splice(0)) popup.close()
  })

  it('takes the parameters off the URL, hands them over until it hears of it, and closes', async () => {
    const popup = await visit(`code=secret&state=${state}`)
    expect(popup.location.search).to.equal('')
    await until(() => heard.length > 2, 'the third message')
    const uri = `${origin}${popup.location.pathname}`
    expect(heard[0]).to.deep.equal({ type: 'callback', query: `code=secret&state=${state}`, uri })
    expect(popup.closed).to.equal(false)
    channel.postMessage({ type: 'received' })
    await until(() => popup.closed, 'the closing')
    const count = heard.length
    await pause(250)
    expect(heard.length).to.equal(count)
  })

  it('stays when nobody hears it, says where to go, and answers a page that was loaded again', async () => {
    const popup = await visit(`error=access_denied&state=${state}`)
    await until(() => popup.document.body.textContent === 'Return to the app.', 'the words')
    const count = heard.length
    await pause(300)
    expect(heard.length).to.equal(count)
    channel.postMessage(null)
    channel.postMessage({ type: 'waiting' })
    await until(() => heard.length === count + 1, 'the answer')
  })

  it('hands over nothing without a state', async () => {
    const popup = await visit('code=secret')
    expect(popup.document.body.textContent).to.equal('Nothing to finish here.')
    expect(popup.location.search).to.equal('')
  })

  it('refuses to run in a frame', async () => {
    const frame = document.createElement('iframe')
    frame.src = `/package.json?code=secret&state=${state}`
    document.body.append(frame)
    await new Promise((resolve) => frame.addEventListener('load', resolve))
    if (frame.contentWindow) run(frame.contentWindow)
    await pause(200)
    expect(frame.contentDocument?.body.textContent).to.equal('Nothing to finish here.')
    expect(frame.contentWindow?.location.search).to.equal('')
    expect(heard).to.deep.equal([])
    frame.remove()
  })

  it('goes back to the page that left by a full-page redirect, with the parameters', async () => {
    const back = `${location.origin}/tsconfig.json?a=1#part`
    sessionStorage.setItem(`ca:redirect:${await name()}`, JSON.stringify({ returnTo: back }))
    const popup = await visit(`code=secret&state=${state}`)
    await until(() => popup.location.pathname.endsWith('/tsconfig.json'), 'the return')
    expect(popup.location.search + popup.location.hash).to.equal(`?a=1&code=secret&state=${state}#part`)
    expect(popup.sessionStorage[`ca:uri:${await name()}`]).to.equal(`${location.origin}/package.json`)
    expect(heard).to.deep.equal([])
  })

  it('never goes back to another origin or to a script', async () => {
    for (const returnTo of ['https://evil.test/', 'javascript:alert(1)', 7]) {
      sessionStorage.setItem(`ca:redirect:${await name()}`, JSON.stringify({ returnTo }))
      const before = heard.length
      const popup = await visit(`code=secret&state=${state}`)
      await until(() => heard.length > before, 'the message')
      expect(popup.location.origin).to.equal(location.origin)
    }
  })
})
