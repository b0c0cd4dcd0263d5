// The dashboard's icons in its sizes: the shared ones, and what only agents need. Drawn with the text's colour,
// never read aloud.
import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import {
  iconAlert,
  iconBack,
  iconChat,
  iconCheck,
  iconClose,
  iconDown,
  iconInbox,
  iconOffline,
  iconPerson,
  iconSearch,
  iconSignOut,
} from '../ui/icons.ts';

function icon(shape: SVGTemplateResult, size = 16): TemplateResult {
  return html`<svg
    class="icon"
    viewBox="0 0 16 16"
    width=${size}
    height=${size}
    fill="none"
    stroke="currentColor"
    stroke-width="1.25"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${shape}
  </svg>`;
}

export const searchIcon = iconSearch(16);
export const crossIcon = iconClose(16);
export const chevronIcon = iconDown(14);
export const checkIcon = iconCheck(16);
export const backIcon = iconBack(20);
export const personIcon = iconPerson(16);
export const signOutIcon = iconSignOut(16);
export const inboxIcon = iconInbox(20);
export const chatIcon = iconChat(20);
export const alertIcon = iconAlert(20);
export const cloudOffIcon = iconOffline(20);
export const panelIcon = icon(svg`<rect x="2" y="3" width="12" height="10" rx="2"/><path d="M10 3v10"/>`);
export const reopenIcon = icon(svg`<path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.75V5h2.25"/>`);
export const lockIcon = icon(
  svg`<rect x="3.5" y="7" width="9" height="6.5" rx="1.5"/><path d="M5.5 7V5.25a2.5 2.5 0 0 1 5 0V7"/>`,
);
export const shieldIcon = icon(
  svg`<path d="M8 1.9 13 3.75v3.75c0 3.1-2 5.3-5 6.6-3-1.3-5-3.5-5-6.6V3.75z"/><path d="m5.75 8 1.6 1.6 3-3.2"/>`,
  14,
);
export const questionIcon = icon(
  svg`<circle cx="8" cy="8" r="5.75"/><path d="M6.4 6.3c.2-.9.8-1.4 1.65-1.4.95 0 1.7.6 1.7 1.5 0 1.25-1.7 1.35-1.7 2.5M8 11.1v.05"/>`,
  14,
);
export const snoozeIcon = icon(svg`<path d="M12.9 9.7A5.5 5.5 0 0 1 6.3 3.1a5.5 5.5 0 1 0 6.6 6.6z"/>`, 14);
export const flagIcon = icon(svg`<path d="M4 14V2.5h7.5L10 5.5l1.5 3H4"/>`, 14);
export const eyeIcon = icon(
  svg`<path d="M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8z"/><circle cx="8" cy="8" r="1.75"/>`,
  14,
);
export const keyboardIcon = icon(
  svg`<rect x="1.75" y="4" width="12.5" height="8" rx="1.5"/><path d="M4.5 6.5h.01M7 6.5h.01M9.5 6.5h.01M11.75 6.5h.01M5.25 9.5h5.5"/>`,
);
export const sparkIcon = icon(
  svg`<path d="M8 2v3.25M8 10.75V14M2 8h3.25M10.75 8H14M4 4l1.75 1.75M10.25 10.25 12 12M12 4l-1.75 1.75M5.75 10.25 4 12"/>`,
);
export const replyIcon = icon(svg`<path d="M6.5 3.5 2.5 7.5l4 4M2.5 7.5h6.25c3 0 4.75 1.5 4.75 5"/>`);
export const chevronUpIcon = icon(svg`<path d="m4.5 9.75 3.5-3.5 3.5 3.5"/>`, 14);
export const smileIcon = icon(
  svg`<circle cx="8" cy="8" r="6"/><path d="M5.5 9.5c.6.9 1.5 1.4 2.5 1.4s1.9-.5 2.5-1.4M6 6.4v.05M10 6.4v.05"/>`,
  18,
);
export const answersIcon = icon(
  svg`<rect x="2" y="2.5" width="12" height="11" rx="2.5"/><path d="m6.5 11 3-6"/>`,
  18,
);
export const atIcon = icon(
  svg`<circle cx="8" cy="8" r="2.4"/><path d="M10.4 5.6v3.3c0 1.9 3.1 1.9 3.1-.9A5.5 5.5 0 1 0 11.3 12.4"/>`,
  18,
);
export const moreIcon = icon(svg`<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" stroke-width="2"/>`);
export const linkIcon = icon(
  svg`<path d="M6.75 9.25a2.5 2.5 0 0 0 3.6.1l2-2a2.5 2.5 0 0 0-3.6-3.5l-.9.9M9.25 6.75a2.5 2.5 0 0 0-3.6-.1l-2 2a2.5 2.5 0 0 0 3.6 3.5l.9-.9"/>`,
);
export const downloadIcon = icon(svg`<path d="M8 2.5v7.25M4.75 6.75 8 10l3.25-3.25M3 13h10"/>`);
export const pencilIcon = icon(svg`<path d="m3 13 .6-2.7 7-7a1.4 1.4 0 0 1 2.1 2.1l-7 7z"/>`, 14);
export const gearIcon = icon(
  svg`<circle cx="8" cy="8" r="2"/><path d="M8 2v1.75M8 12.25V14M2 8h1.75M12.25 8H14M3.75 3.75 5 5M11 11l1.25 1.25M12.25 3.75 11 5M5 11l-1.25 1.25"/>`,
);
export const chartIcon = icon(svg`<path d="M2.5 2.5v11h11"/><path d="M5.5 10.5V8M8.5 10.5v-5M11.5 10.5V7"/>`);
export const mailIcon = icon(
  svg`<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="m2.25 4.75 5.75 4 5.75-4"/>`,
  20,
);
export const tagIcon = icon(
  svg`<path d="M2.5 7.25V3.5a1 1 0 0 1 1-1h3.75L13.5 8.75l-4.75 4.75z"/><path d="M5.5 5.5h.01"/>`,
  14,
);
export const filterIcon = icon(svg`<path d="M2.5 4.25h11M4.75 8h6.5M6.75 11.75h2.5"/>`, 14);
export const selectIcon = icon(
  svg`<rect x="2.5" y="2.5" width="11" height="11" rx="2.5"/><path d="m5.25 8 2 2 3.5-3.75"/>`,
);
export const bellIcon = icon(svg`<path d="M4 11.25V7.5a4 4 0 0 1 8 0v3.75l1 1H3zM6.75 13.75h2.5"/>`);
