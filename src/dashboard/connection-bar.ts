// Tells that there is no connection, or that it has been late for a while.
import { html, nothing, type TemplateResult } from 'lit';
import type { Connection } from '../core/driver.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';

export function connectionBar(
  connection: Connection,
  isLate: boolean,
  strings: DashboardMessages,
): TemplateResult {
  return html`<div id="connection" class="bar" role="status">
    ${
      connection === 'offline'
        ? html`<p class="bar__text bar__text--offline">${strings.barOffline}</p>`
        : connection === 'connecting' && isLate
          ? html`<p class="bar__text bar__text--late">${strings.barReconnecting}</p>`
          : nothing
    }
  </div>`;
}
