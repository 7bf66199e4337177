/** The catalogue's categories in English. Loaded with the list, which alone shows them. */

/** By the word that records have. */
export const categoryText = {
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
