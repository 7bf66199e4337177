/** The parts that a page can style in every card, those of its state among them, as `exportparts` has them. */

const card = 'card,icon,title,message,since,permissions,report,actions,button,main,link'
const form = 'dialog,form,dialog-title,problem,field,label,input,affix,help,fault'
const states =
  'loading,idle,list,accounts,opening,entering,saving,waiting,ready,blocked,redeeming,connected,disconnecting,failed'

/** What a card in a card lets through to the page; `fault` is a state as well. */
export const cardParts = `${card},${form},${states}`
