/** The script of the callback page: hands the answer to the page that started, and does nothing else. */

const query = location.search.slice(1)
// First of all, so that no code stays in the history or goes out in a Referer; `location.href` is the page's own address then.
history.replaceState(null, '', location.pathname)

const show = (message: string) => {
  document.body.textContent = message
}
const state = new URLSearchParams(query).get('state')
if (!state || self !== top) show('Nothing to finish here.')
else
  void crypto.subtle
    .digest('SHA-256', new TextEncoder().encode(state))
    .then((hash) => handOver(btoa(String.fromCharCode(...new Uint8Array(hash)))))

function handOver(base64: string): void {
  // base64url, as in RFC 7636 §4.2: the page that started names its channel with the same function as its challenge.
  const name = base64.replace(/\+/g, '-').replace(/\//g, '_').slice(0, -1)
  try {
    const back = new URL(JSON.parse(sessionStorage['ca:redirect:' + name]).returnTo)
    back.search += '&' + query
    sessionStorage['ca:uri:' + name] = location.href
    if (back.origin === origin) return location.replace(back)
  } catch {
    // No full-page redirect left its way back here, or nothing of ours: this is a popup.
  }
  const channel = new BroadcastChannel('ca:' + name)
  const send = () => channel.postMessage({ type: 'callback', query, uri: location.href })
  let count = 0
  const timer = setInterval(() => {
    if (++count < 20) send()
    else if (count > 600) stop()
    else if (count < 21) show('Return to the app.')
  }, 100)
  const stop = () => {
    clearInterval(timer)
    channel.close()
  }
  channel.onmessage = ({ data }) => {
    if (data?.type === 'waiting') send()
    if (data?.type === 'received') {
      stop()
      // Where a browser keeps the window open (iOS opens a tab), the words stay.
      show('Return to the app.')
      close()
    }
  }
  send()
}
