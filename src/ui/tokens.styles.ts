// The public design tokens (`--support-…`), their designed light and dark values, and the private names (`--_…`)
// under which everything inside reads them. Belongs on the two root elements; parts inherit it.
import { type CSSResultGroup, css } from 'lit';

const light = css`
  --_scheme: light;
  --_chosen: var(--support-accent, #4f46e5);
  --_surface: var(--support-surface, #ffffff);
  --_surface-raised: var(--support-surface-raised, #f6f6f8);
  --_text: var(--support-text, #18181b);
  --_text-muted: var(--support-text-muted, #63636e);
  --_border: var(--support-border, #e6e6ea);
  --_bubble-agent: var(--support-bubble-agent, #f0f0f3);
  --_danger: var(--support-danger, #c8232f);
  --_success: var(--support-success, #15803d);
  --_note: #fdf3d6;
  --_note-border: #efdca2;
  --_note-text: #5c4508;
  --_hover: rgb(0 0 0 / 5%);
  --_shadow: var(
    --support-shadow,
    0 0 0 1px rgb(15 15 30 / 5%),
    0 2px 6px rgb(15 15 30 / 7%),
    0 16px 48px rgb(15 15 30 / 16%)
  );
  --_avatar-l: 0.9;
  --_avatar-ink-l: 0.38;
  --_ink-min: 0;
  --_ink-max: 0.46;
`;

const dark = css`
  --_scheme: dark;
  --_chosen: var(--support-accent, #5b5bf0);
  --_surface: var(--support-surface, #18181b);
  --_surface-raised: var(--support-surface-raised, #222226);
  --_text: var(--support-text, #f2f2f4);
  --_text-muted: var(--support-text-muted, #a3a3ae);
  --_border: var(--support-border, #2f2f35);
  --_bubble-agent: var(--support-bubble-agent, #2a2a2f);
  --_danger: var(--support-danger, #ff8087);
  --_success: var(--support-success, #5fd08a);
  --_note: #3a3013;
  --_note-border: #57481c;
  --_note-text: #f5dd97;
  --_hover: rgb(255 255 255 / 7%);
  --_shadow: var(
    --support-shadow,
    0 0 0 1px rgb(255 255 255 / 9%),
    0 2px 6px rgb(0 0 0 / 40%),
    0 16px 48px rgb(0 0 0 / 55%)
  );
  --_avatar-l: 0.36;
  --_avatar-ink-l: 0.9;
  --_ink-min: 0.77;
  --_ink-max: 1;
`;

// The dark values stand in two rules.
const themes = css`
  :host {
    ${light}
  }

  @media (prefers-color-scheme: dark) {
    :host(:not([theme="light"])) {
      ${dark}
    }
  }

  :host([theme="dark"]) {
    ${dark}
  }
`;

/**
 * Text on a colour is white or black, whichever contrasts more: `y` of `xyz` is the luminance of which WCAG speaks,
 * and at 0.18 both give at least 4.5 : 1, so any accent is readable. Nobody knows what shines through a translucent
 * one, so nothing does. As text an accent keeps to the lightness at which even green, or red in the dark, has that
 * contrast on a bubble. Browsers without relative colours get white.
 */
const derived = css`
  :host {
    --_accent: var(--_chosen);
    --_on-accent: var(--support-on-accent, #ffffff);
    --_bubble-visitor: var(--support-bubble-visitor, var(--_accent));
    --_on-bubble-visitor: var(--support-on-accent, #ffffff);
    --_accent-ink: var(--_accent);
    --_font: var(--support-font, system-ui, sans-serif);
    --_font-size: var(--support-font-size, 15px);
    --_radius: var(--support-radius, 16px);
    --_radius-bubble: var(--support-radius-bubble, 18px);
    --_duration: var(--support-duration, 180ms);
    --_ease: cubic-bezier(0.2, 0.8, 0.3, 1);
  }

  @supports (color: color(from red xyz-d65 x y z)) {
    :host {
      --_accent: color(from var(--_chosen) xyz-d65 x y z / 1);
      --_on-accent: var(
        --support-on-accent,
        color(
          from var(--_accent) xyz-d65 calc(0.9505 * clamp(0, (0.181 - y) * 1e6, 1))
            clamp(0, (0.181 - y) * 1e6, 1) calc(1.089 * clamp(0, (0.181 - y) * 1e6, 1))
        )
      );
      --_on-bubble-visitor: var(
        --support-on-accent,
        color(
          from var(--_bubble-visitor) xyz-d65 calc(0.9505 * clamp(0, (0.181 - y) * 1e6, 1))
            clamp(0, (0.181 - y) * 1e6, 1) calc(1.089 * clamp(0, (0.181 - y) * 1e6, 1))
        )
      );
      --_accent-ink: oklch(from var(--_accent) clamp(var(--_ink-min), l, var(--_ink-max)) c h);
    }
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --_duration: 0ms;
    }
  }
`;

const styles: CSSResultGroup = [themes, derived];
export default styles;
