// The gallery's sites, in order. Each is `<name>.html` with `<name>.css`, which is all that concerns the chat.
export interface Theme {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

export const THEMES: readonly Theme[] = [
  { name: 'block', title: 'Block', about: 'Thick lines, no curves, no motion.' },
  { name: 'pastel', title: 'Pastel', about: 'An icon of its own, and a note beside it.' },
  { name: 'neon', title: 'Neon', about: 'Dark down to the failed message.' },
  { name: 'books', title: 'Bookshop', about: 'Serifs, a card for a header, a window seat on the left.' },
  { name: 'ledger', title: 'Ledger', about: 'Small and dense, and below the page’s own bar.' },
  { name: 'help', title: 'Help page', about: 'Inline: a part of the page instead of a window over it.' },
];
