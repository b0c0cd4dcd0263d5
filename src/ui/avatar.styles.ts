// Looks of `renderAvatar`; `--_avatar` is the size.
import { css } from 'lit';

export default css`
  .avatar {
    --_hue: 275;
    position: relative;
    display: inline-flex;
    flex: none;
    align-items: center;
    justify-content: center;
    inline-size: var(--_avatar, 28px);
    block-size: var(--_avatar, 28px);
    border-radius: 50%;
    background: oklch(var(--_avatar-l) 0.06 var(--_hue));
    color: oklch(var(--_avatar-ink-l) 0.1 var(--_hue));
    font: 600 calc(var(--_avatar, 28px) * 0.4) / 1 var(--_font);
    user-select: none;
  }

  .avatar img {
    inline-size: 100%;
    block-size: 100%;
    border-radius: inherit;
    object-fit: cover;
  }

  .avatar-online {
    position: absolute;
    inset-block-end: -1px;
    inset-inline-end: -1px;
    inline-size: 10px;
    block-size: 10px;
    border: 2px solid var(--_surface);
    border-radius: 50%;
    background: var(--_success);
  }

  [data-hue="1"] {
    --_hue: 25;
  }
  [data-hue="2"] {
    --_hue: 70;
  }
  [data-hue="3"] {
    --_hue: 140;
  }
  [data-hue="4"] {
    --_hue: 180;
  }
  [data-hue="5"] {
    --_hue: 225;
  }
  [data-hue="6"] {
    --_hue: 310;
  }
  [data-hue="7"] {
    --_hue: 350;
  }
`;
