import { expect } from '@open-wc/testing'

describe('an attempt in a frame', () => {
  it('opens a window where it is told to leave: neither the frame nor the page around it is left', async () => {
    const frame = document.createElement('iframe')
    // The frame's own scripts know that it is one.
    frame.srcdoc = `<script type="module">
      import { createAttempt } from '/src/client/attempt.ts'
      const done = []
      const road = {
        id: 'as_1', deadline: performance.now() + 60_000, canOpen: () => true, travel() {},
        open: () => void done.push('open'), leave: async () => void done.push('leave'),
      }
      const attempt = createAttempt(road, { way: 'window', begin: 'later', signals: [] })
      attempt.leave()
      parent.dispatchEvent(new parent.CustomEvent('done', { detail: { done, left: attempt.left } }))
    </script>`
    const told = new Promise((resolve) =>
      addEventListener('done', (event) => resolve(event instanceof CustomEvent && event.detail), { once: true }),
    )
    document.body.append(frame)
    expect(await told).to.deep.equal({ done: ['open'], left: false })
    frame.remove()
  })
})
