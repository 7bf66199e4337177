/** The parts that a page can style in every card, those of its state among them, as `exportparts` has them. */

const card = 'card,icon,title,message,since,permissions,report,actions,button,main,link'
const form = 'dialog,form,dialog-title,problem,field,label,input,affix,help,field-fault'
const states =
  'loading,fault,idle,accounts,opening,entering,saving,waiting,ready,blocked,redeeming,connected,disconnecting,failed'

/** What a card in a card lets through to the page. */
export const cardParts = `${card},${form},${states}`
