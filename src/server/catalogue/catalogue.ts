/** The connectors that come with the package. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { activecampaign } from './records/activecampaign.ts'
import { airtable } from './records/airtable.ts'
import { amplitude } from './records/amplitude.ts'
import { anthropic } from './records/anthropic.ts'
import { asana } from './records/asana.ts'
import { attio } from './records/attio.ts'
import { bamboohr } from './records/bamboohr.ts'
import { basecamp } from './records/basecamp.ts'
import { bigcommerce } from './records/bigcommerce.ts'
import { bitbucket } from './records/bitbucket.ts'
import { box } from './records/box.ts'
import { brevo } from './records/brevo.ts'
import { calCom } from './records/cal-com.ts'
import { calendly } from './records/calendly.ts'
import { clickup } from './records/clickup.ts'
import { close } from './records/close.ts'
import { cloudflare } from './records/cloudflare.ts'
import { cohere } from './records/cohere.ts'
import { confluence } from './records/confluence.ts'
import { copper } from './records/copper.ts'
import { datadog } from './records/datadog.ts'
import { deel } from './records/deel.ts'
import { deepgram } from './records/deepgram.ts'
import { digitalocean } from './records/digitalocean.ts'
import { discord } from './records/discord.ts'
import { docusign } from './records/docusign.ts'
import { dropbox } from './records/dropbox.ts'
import { elevenlabs } from './records/elevenlabs.ts'
import { facebook } from './records/facebook.ts'
import { figma } from './records/figma.ts'
import { freshbooks } from './records/freshbooks.ts'
import { freshdesk } from './records/freshdesk.ts'
import { front } from './records/front.ts'
import { github } from './records/github.ts'
import { gitlab } from './records/gitlab.ts'
import { gmail } from './records/gmail.ts'
import { googleAds } from './records/google-ads.ts'
import { googleAnalytics } from './records/google-analytics.ts'
import { googleCalendar } from './records/google-calendar.ts'
import { googleDocs } from './records/google-docs.ts'
import { googleDrive } from './records/google-drive.ts'
import { googleSheets } from './records/google-sheets.ts'
import { google } from './records/google.ts'
import { gusto } from './records/gusto.ts'
import { harvest } from './records/harvest.ts'
import { hubspot } from './records/hubspot.ts'
import { huggingface } from './records/huggingface.ts'
import { intercom } from './records/intercom.ts'
import { jira } from './records/jira.ts'
import { klaviyo } from './records/klaviyo.ts'
import { lever } from './records/lever.ts'
import { linear } from './records/linear.ts'
import { linkedin } from './records/linkedin.ts'
import { mailchimp } from './records/mailchimp.ts'
import { mailgun } from './records/mailgun.ts'
import { microsoftTeams } from './records/microsoft-teams.ts'
import { microsoft } from './records/microsoft.ts'
import { miro } from './records/miro.ts'
import { mistral } from './records/mistral.ts'
import { mixpanel } from './records/mixpanel.ts'
import { monday } from './records/monday.ts'
import { netlify } from './records/netlify.ts'
import { notion } from './records/notion.ts'
import { onedrive } from './records/onedrive.ts'
import { openai } from './records/openai.ts'
import { outlookCalendar } from './records/outlook-calendar.ts'
import { outlookMail } from './records/outlook-mail.ts'
import { pagerduty } from './records/pagerduty.ts'
import { paypal } from './records/paypal.ts'
import { pinecone } from './records/pinecone.ts'
import { pinterest } from './records/pinterest.ts'
import { pipedrive } from './records/pipedrive.ts'
import { posthog } from './records/posthog.ts'
import { postmark } from './records/postmark.ts'
import { quickbooks } from './records/quickbooks.ts'
import { reddit } from './records/reddit.ts'
import { remote } from './records/remote.ts'
import { replicate } from './records/replicate.ts'
import { salesforce } from './records/salesforce.ts'
import { segment } from './records/segment.ts'
import { sendgrid } from './records/sendgrid.ts'
import { sentry } from './records/sentry.ts'
import { sharepoint } from './records/sharepoint.ts'
import { shopify } from './records/shopify.ts'
import { slack } from './records/slack.ts'
import { smartsheet } from './records/smartsheet.ts'
import { snowflake } from './records/snowflake.ts'
import { spotify } from './records/spotify.ts'
import { square } from './records/square.ts'
import { strava } from './records/strava.ts'
import { stripe } from './records/stripe.ts'
import { supabase } from './records/supabase.ts'
import { surveymonkey } from './records/surveymonkey.ts'
import { tiktok } from './records/tiktok.ts'
import { todoist } from './records/todoist.ts'
import { toggl } from './records/toggl.ts'
import { trello } from './records/trello.ts'
import { twilio } from './records/twilio.ts'
import { twitch } from './records/twitch.ts'
import { typeform } from './records/typeform.ts'
import { vercel } from './records/vercel.ts'
import { webex } from './records/webex.ts'
import { woocommerce } from './records/woocommerce.ts'
import { wrike } from './records/wrike.ts'
import { x } from './records/x.ts'
import { xero } from './records/xero.ts'
import { youtube } from './records/youtube.ts'
import { zendesk } from './records/zendesk.ts'
import { zohoCrm } from './records/zoho-crm.ts'
import { zoom } from './records/zoom.ts'

/** Connector records by id, each from public documentation; choose those that your host has registered with. */
export const catalogue = {
  activecampaign,
  airtable,
  amplitude,
  anthropic,
  asana,
  attio,
  bamboohr,
  basecamp,
  bigcommerce,
  bitbucket,
  box,
  brevo,
  'cal-com': calCom,
  calendly,
  clickup,
  close,
  cloudflare,
  cohere,
  confluence,
  copper,
  datadog,
  deel,
  deepgram,
  digitalocean,
  discord,
  docusign,
  dropbox,
  elevenlabs,
  facebook,
  figma,
  freshbooks,
  freshdesk,
  front,
  github,
  gitlab,
  gmail,
  'google-ads': googleAds,
  'google-analytics': googleAnalytics,
  'google-calendar': googleCalendar,
  'google-docs': googleDocs,
  'google-drive': googleDrive,
  'google-sheets': googleSheets,
  google,
  gusto,
  harvest,
  hubspot,
  huggingface,
  intercom,
  jira,
  klaviyo,
  lever,
  linear,
  linkedin,
  mailchimp,
  mailgun,
  'microsoft-teams': microsoftTeams,
  microsoft,
  miro,
  mistral,
  mixpanel,
  monday,
  netlify,
  notion,
  onedrive,
  openai,
  'outlook-calendar': outlookCalendar,
  'outlook-mail': outlookMail,
  pagerduty,
  paypal,
  pinecone,
  pinterest,
  pipedrive,
  posthog,
  postmark,
  quickbooks,
  reddit,
  remote,
  replicate,
  salesforce,
  segment,
  sendgrid,
  sentry,
  sharepoint,
  shopify,
  slack,
  smartsheet,
  snowflake,
  spotify,
  square,
  strava,
  stripe,
  supabase,
  surveymonkey,
  tiktok,
  todoist,
  toggl,
  trello,
  twilio,
  twitch,
  typeform,
  vercel,
  webex,
  woocommerce,
  wrike,
  x,
  xero,
  youtube,
  zendesk,
  'zoho-crm': zohoCrm,
  zoom,
} satisfies Readonly<Record<string, ConnectorRecord>>
