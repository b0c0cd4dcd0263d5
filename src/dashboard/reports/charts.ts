// Charts drawn by hand. uPlot alone is 22 kB of the bundle, and Chartist writes inline styles, which a strict
// Content-Security-Policy forbids; these are a few shapes. Labels are HTML, so that they keep their size on a phone.
import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

const WIDTH = 1000;
const HEIGHT = 200;

interface Point {
  /** Below the axis, and read out. */
  readonly label: string;
  /** Null: nothing to show here. */
  readonly value: number | null;
  /** The value in words. */
  readonly shown: string;
}

export interface ChartView {
  readonly kind: 'bars' | 'dots';
  readonly points: readonly Point[];
  /** Top of the axis. */
  readonly most: number;
  /** What the axis says at its top, its middle and its bottom. */
  readonly ticks: readonly [string, string, string];
  /** For whoever does not see it. */
  readonly summary: string;
}

export function chart({ kind, points, most, ticks, summary }: ChartView): TemplateResult {
  const step = WIDTH / Math.max(points.length, 1);
  return html`<div class="chart">
    <div class="chart__ticks" aria-hidden="true">${ticks.map((tick) => html`<span>${tick}</span>`)}</div>
    <svg
      class="chart__plot"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${summary}
      focusable="false"
    >
      ${[0, HEIGHT / 2, HEIGHT].map(
        (y) => svg`<line class="chart__line" x1="0" x2=${WIDTH} y1=${y} y2=${y}></line>`,
      )}
      ${kind === 'bars' ? barShapes(points, most, step) : dotShapes(points, most, step)}
    </svg>
    <div class="chart__labels" aria-hidden="true">
      ${ends(points).map((label) => html`<span>${label}</span>`)}
    </div>
  </div>`;
}

function barShapes(points: readonly Point[], most: number, step: number): SVGTemplateResult[] {
  return points.map(({ label, value, shown }, index) => {
    const height = ((value ?? 0) / most) * HEIGHT;
    // A column of the full height, so that a low bar need not be hit exactly.
    return svg`<g class="chart__column"><title>${`${label}: ${shown}`}</title>
      <rect class="chart__area" x=${index * step} y="0" width=${step} height=${HEIGHT}></rect>
      <rect class="chart__bar" x=${index * step + step * 0.12} y=${HEIGHT - height} width=${step * 0.76} height=${height}></rect>
    </g>`;
  });
}

/** Short strokes, as circles would be drawn out with the width; neighbours are joined. */
function dotShapes(points: readonly Point[], most: number, step: number): SVGTemplateResult {
  const y = (value: number): number => HEIGHT - (Math.min(value, most) / most) * HEIGHT;
  const x = (index: number): number => (index + 0.5) * step;
  let path = '';
  for (const [index, { value }] of points.entries()) {
    if (value === null) continue;
    const joins = (points[index - 1]?.value ?? null) !== null;
    path += `${joins ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}${joins ? '' : 'h0'}`;
  }
  return svg`<path class="chart__trend" d=${path}></path>
    ${points.map(
      ({ label, value, shown }, index) => svg`<g class="chart__column"><title>${`${label}: ${shown}`}</title>
        <rect class="chart__area" x=${index * step} y="0" width=${step} height=${HEIGHT}></rect>
        ${value === null ? nothing : svg`<path class="chart__dot" d="M${x(index).toFixed(1)} ${y(value).toFixed(1)}h0"></path>`}
      </g>`,
    )}`;
}

/** As many labels as a phone has room for: the first, the middle, the last. */
function ends(points: readonly Point[]): readonly string[] {
  const labels = points.map(({ label }) => label);
  if (labels.length < 4) return labels;
  return [labels[0], labels[Math.floor((labels.length - 1) / 2)], labels.at(-1)].map((label) => label ?? '');
}

/** A bar in a table's cell. */
export function cellBar(share: number): TemplateResult {
  return html`<svg class="cell-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="chart__bar" x="0" y="0" width=${Math.round(share * 100)} height="6"></rect>
  </svg>`;
}
