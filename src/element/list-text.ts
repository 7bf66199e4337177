/** The texts of the list, in English, and the catalogue's categories by the word that records have. Loaded with the list. */

import type { Forms } from './count.ts'

/** What the list says beside what every card says. */
export const listText = {
  listLabel: 'Connections',
  search: 'Search',
  category: 'Category',
  allCategories: 'All categories',
  found: forms('{count} found'),
  nothingFound: 'Nothing found.',
  clearSearch: 'Clear the search',
  noConnectors: 'There is nothing to connect yet.',
  manage: 'Manage',
  manageLabel: 'Manage {name}',
  endedShort: 'Access ended',
  'category:accounting': 'Accounting',
  'category:ai': 'AI',
  'category:analytics': 'Analytics',
  'category:calendar': 'Calendar',
  'category:chat': 'Chat',
  'category:code': 'Code',
  'category:commerce': 'Commerce',
  'category:crm': 'CRM',
  'category:data': 'Data',
  'category:design': 'Design',
  'category:files': 'Files',
  'category:forms': 'Forms',
  'category:hr': 'HR',
  'category:infrastructure': 'Infrastructure',
  'category:issues': 'Issues',
  'category:mail': 'Mail',
  'category:marketing': 'Marketing',
  'category:meetings': 'Meetings',
  'category:payments': 'Payments',
  'category:productivity': 'Productivity',
  'category:projects': 'Projects',
  'category:social': 'Social media',
  'category:support': 'Support',
  'category:other': 'Other',
}

/** A text that counts: another language has other forms. */
function forms(text: Forms): Forms {
  return text
}
