/** Reads who the connected account belongs to. */

const element = document.querySelector('connector-auth')
const who = document.querySelector('#who')

element.addEventListener('connector-auth-connected', () => {
  who.textContent = 'Connected just now.'
})

async function read() {
  const answer = await element.connectorFetch('/api/me')
  who.textContent = (await answer.json()).email
}

document.querySelector('#read').addEventListener('click', () => void read())
