import { html } from 'lit';
import type { Section, SectionContext } from '../settings/section.ts';

export function reportsPage(_context: SectionContext): Section {
  return { dirty: false, render: () => html`` };
}
