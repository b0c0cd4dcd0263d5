// Whether a visitor is who they say, in a word and a shape.
import { html, type TemplateResult } from 'lit';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { questionIcon, shieldIcon } from './desk-icons.ts';

export function verifiedMark(verified: boolean, strings: DashboardMessages): TemplateResult {
  return verified
    ? html`<span class="mark mark--verified" title=${strings.verifiedHint}>${shieldIcon}${strings.verified}</span>`
    : html`<span class="mark" title=${strings.unverifiedHint}>${questionIcon}${strings.unverified}</span>`;
}
