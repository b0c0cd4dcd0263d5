// An invite to the team, in the address: after the `#`, so that no server and no referrer gets to see it.

export function inviteIn(address: string): string | null {
  return /[#&]invite=(inv1_[\w-]{1,200})(?:&|$)/.exec(address)?.[1] ?? null;
}

/** Once it is used it is nobody's business any more, the history's neither. */
export function forgetInvite(): void {
  if (inviteIn(location.href) === null) return;
  history.replaceState(history.state, '', `${location.pathname}${location.search}`);
}
