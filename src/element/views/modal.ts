/** Opens a dialog before everything else on the page. */

/** Opens it, or puts it back: a dialog that is moved along with its element stays open, but no longer before the page. */
export function makeModal(dialog: HTMLDialogElement): void {
  if (dialog.matches(':modal') || !dialog.isConnected) return
  // Not close(): that tells that the person has ended it.
  dialog.open = false
  dialog.showModal()
}
