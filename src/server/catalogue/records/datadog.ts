/** Datadog as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const datadog: EnteredConnector = {
  id: 'datadog',
  name: 'Datadog',
  category: 'infrastructure',
  method: 'api_key',
  inputs: [
    { name: 'apiKey', label: 'API key', secret: true, help: 'In Datadog: Organization settings, API keys.' },
    {
      name: 'applicationKey',
      label: 'Application key',
      secret: true,
      help: 'In Datadog: Organization settings, Application keys.',
    },
    {
      name: 'site',
      label: 'Site',
      help: 'What stands behind app. in the address of your Datadog.',
      optional: true,
      default: 'datadoghq.com',
      enum: [
        'datadoghq.com',
        'us3.datadoghq.com',
        'us5.datadoghq.com',
        'datadoghq.eu',
        'uk1.datadoghq.com',
        'ap1.datadoghq.com',
        'ap2.datadoghq.com',
        'ddog-gov.com',
        'us2.ddog-gov.com',
      ],
    },
  ],
  inject: { headers: { 'dd-api-key': '{apiKey}', 'dd-application-key': '{applicationKey}' } },
  // Checks both keys at once.
  verify: { url: 'https://api.{site}/api/v2/validate_keys', message: ['errors.0'] },
  apiOrigins: ['https://api.{site}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.{site}', paths: ['/api/'] } },
  monogram: 'DD',
  clientPage: 'https://app.datadoghq.com/organization-settings/api-keys',
  checked: 'docs 2026-11-21',
  sources: [
    'https://docs.datadoghq.com/api/latest/key-management/validate-api-and-application-keys/',
    'https://docs.datadoghq.com/account_management/api-app-keys/',
  ],
}
