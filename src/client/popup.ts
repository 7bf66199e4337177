/** Opens the window in which a person authorizes; in the click itself, else browsers block it. */

/** Opens a window straight at a URL, or a blank one that says it will go on. Null: the browser blocked it. */
export function openPopup(url?: string): Window | null {
  const popup = open(url ?? '', '_blank', 'popup,width=500,height=650')
  if (popup) {
    // Disowned while it is still blank, so the provider's page cannot navigate this one (`noopener` would hide the handle).
    popup.opener = null
    if (!url) popup.document.body.textContent = popup.document.title = 'Opening …'
  }
  return popup
}
