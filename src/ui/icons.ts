// Line icons on a 24 px grid, in the colour of the text around them. Decorative: names belong on their buttons.
// One function each, so that a bundle carries only what it shows.
import { html, type TemplateResult } from 'lit';

function icon(path: string, size = 20): TemplateResult {
  return html`<svg
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  ><path d=${path} /></svg>`;
}

export const iconChat = (size?: number) =>
  icon('M10 18.7c-1.3.9-3 1.7-5.1 1.8.8-1 1.3-2.1 1.5-3.3A9 7.8 0 1 1 10 18.7Z', size);
export const iconClose = (size?: number) => icon('m6 6 12 12M18 6 6 18', size);
export const iconDown = (size?: number) => icon('m5 9 7 7 7-7', size);
export const iconArrowDown = (size?: number) => icon('M12 5v14m-6-6 6 6 6-6', size);
export const iconBack = (size?: number) => icon('m15 5-7 7 7 7', size);
export const iconCompose = (size?: number) =>
  icon('M12 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-6m-10 2v-3l7-7 3 3-7 7Z', size);
export const iconMore = (size?: number) =>
  icon('M5 11.4a.6.6 0 1 0 .01 0m7 0a.6.6 0 1 0 .01 0m7 0a.6.6 0 1 0 .01 0', size);
export const iconSend = (size?: number) => icon('M12 19V5m-6 6 6-6 6 6', size);
export const iconCheck = (size?: number) => icon('m5 12.5 4.5 4.5L19 7.5', size);
export const iconAlert = (size?: number) =>
  icon('M3.5 12a8.5 8.5 0 0 0 17 0 8.5 8.5 0 0 0-17 0M12 8v4.5M12 16h.01', size);
export const iconOffline = (size?: number) =>
  icon('m4 4 16 16M8 15a6 6 0 0 1 7 0M5 12a10 10 0 0 1 4-2m4 0a10 10 0 0 1 6 2m-7 7h.01', size);
export const iconClock = (size?: number) =>
  icon('M3.5 12a8.5 8.5 0 0 0 17 0 8.5 8.5 0 0 0-17 0M12 7.5V12l3 2', size);
export const iconSearch = (size?: number) =>
  icon('M4.5 11a6.5 6.5 0 0 0 13 0 6.5 6.5 0 0 0-13 0M20 20l-4.4-4.4', size);
export const iconPerson = (size?: number) =>
  icon('M8 8.5a4 4 0 0 0 8 0 4 4 0 0 0-8 0M4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5', size);
export const iconSignOut = (size?: number) =>
  icon('M14 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20H14m-4-8h10m-3.5-3.5L20 12l-3.5 3.5', size);
export const iconInbox = (size?: number) =>
  icon(
    'M3.5 13 6 5.5A1.5 1.5 0 0 1 7.5 4.5h9A1.5 1.5 0 0 1 18 5.5l2.5 7.5v5a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18v-5Zm0 0H8l1.5 2.5h5L16 13h4.5',
    size,
  );
