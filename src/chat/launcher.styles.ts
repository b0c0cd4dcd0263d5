import { css } from 'lit';

export default css`
  .launcher {
    position: relative;
    flex: none;
    inline-size: var(--support-launcher-size, 56px);
    block-size: var(--support-launcher-size, 56px);
    border-radius: 50%;
    background: var(--_accent);
    box-shadow:
      0 1px 3px rgb(15 15 30 / 16%),
      0 8px 24px rgb(15 15 30 / 20%);
    color: var(--_on-accent);
  }

  .launcher,
  .rate {
    transition: transform calc(var(--_duration) * 1.2) cubic-bezier(0.34, 1.5, 0.64, 1);
  }

  .launcher:hover {
    transform: scale(1.06);
  }

  .launcher:active {
    transform: scale(0.95);
    transition-duration: 80ms;
  }

  .launcher-icon {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    transition:
      opacity var(--_duration),
      transform calc(var(--_duration) * 1.2) cubic-bezier(0.34, 1.5, 0.64, 1);
  }

  .launcher-icon:nth-child(2),
  .is-open .launcher-icon:nth-child(1) {
    opacity: 0;
    transform: rotate(-40deg) scale(0.6);
  }

  .is-open .launcher-icon:nth-child(2) {
    opacity: 1;
    transform: none;
  }

  .badge,
  .count {
    padding-inline: 6px;
    font: 700 12px / 18px var(--_font);
    font-variant-numeric: tabular-nums;
    text-align: center;
  }

  .badge {
    position: absolute;
    inset-block-start: -3px;
    inset-inline-end: -3px;
    min-inline-size: 22px;
    border: 2px solid var(--_surface);
    border-radius: 22px;
    background: #d92535;
    color: #ffffff;
    animation: pop calc(var(--_duration) * 1.2) cubic-bezier(0.34, 1.5, 0.64, 1);
  }

  .preview {
    position: relative;
    max-inline-size: min(320px, calc(100vw - 40px));
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    animation: rise calc(var(--_duration) * 1.2) var(--_ease);
  }

  .preview-text {
    --_avatar: 36px;
    display: flex;
    gap: 12px;
    inline-size: 100%;
    padding: 12px;
    padding-inline: 14px 40px;
    border-radius: inherit;
  }

  .preview-text:hover {
    background: var(--_hover);
  }

  .preview-words {
    min-inline-size: 0;
  }

  .preview-name {
    display: block;
    font: 600 13px / 18px var(--_font);
  }

  .preview-message {
    display: -webkit-box;
    overflow: hidden;
    color: var(--_text-muted);
    font: 14px / 20px var(--_font);
    overflow-wrap: anywhere;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
  }

  .preview-close {
    position: absolute;
    inset-block-start: 8px;
    inset-inline-end: 8px;
    display: grid;
    place-items: center;
    inline-size: 28px;
    block-size: 28px;
    border-radius: 50%;
    color: var(--_text-muted);
  }

  .preview-close::after {
    content: "";
    position: absolute;
    inset: -8px;
  }

  .preview-close:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  @keyframes pop {
    from {
      transform: scale(0);
    }
  }

  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(8px);
    }
  }
`;
