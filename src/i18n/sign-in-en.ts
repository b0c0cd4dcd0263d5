// Words of the pages before the inbox that are about an account: links by mail, a new password, an invite. In English.

export const signInEn = {
  forgot: 'Forgot your password?',
  byLink: 'Email me a sign-in link',
  createAccount: 'Create an account',
  back: 'Back to sign-in',

  linkHeading: 'Sign in by email',
  linkIntro: 'We send you a link that signs you in, without a password.',
  sendLink: 'Send the link',
  resetHeading: 'Reset your password',
  resetIntro: 'We send you a link to choose a new one.',
  sending: 'Sending…',
  signUpHeading: 'Create your account',
  signUpIntro: 'You have been invited to the support team. Choose a password for this inbox.',
  creating: 'Creating…',
  invitedHeading: 'You are invited',
  invitedIntro: 'Sign in to join the support team, or create an account if you have none.',

  sentHeading: 'Check your mail',
  sent: (email: string) =>
    `If there is an account for ${email}, a link is on its way. Open it in this browser; it works once.`,
  confirm: (email: string) =>
    `A link to confirm ${email} is on its way. Afterwards, open your invite link once more.`,
  linkExpired: 'That link is not valid any more. Links work once and only for a while; ask for a new one.',

  emailMissing: 'Enter your email.',
  taken: 'There is an account with this email already. Sign in with it.',
  closed: 'This project lets nobody create an account. Ask an administrator to make one for you.',
  weak: 'This password is too short or too easy to guess. Choose a longer one.',
  failed: 'That did not work. Check what you entered and try again.',

  newPasswordHeading: 'Choose a new password',
  newPasswordIntro: 'Then you are signed in.',
  newPassword: 'New password',
  savePassword: 'Save password',
  savingPassword: 'Saving…',

  joinHeading: 'Join the support team',
  joinIntro: (email: string | null) =>
    email
      ? `You are signed in as ${email}. What should visitors call you?`
      : 'What should visitors call you?',
  joinName: 'Your name',
  join: 'Join',
  joining: 'Joining…',
  joinMissing: 'Enter your name.',
  joinInvalid: 'This invite is not valid, or not any more. Ask for a new one.',
  otherAccount: 'Use another account',

  everywhere: 'Sign out everywhere',
  everywhereHeading: 'Sign out everywhere?',
  everywhereText: 'You are signed out here at once, and on every other device within the hour.',
  everywhereHint: 'If a device of yours is lost, or you are not sure where you are still signed in.',
};
