/** Plain text; `link` is a whole address. */
export type Message = { subject: string; text: string };

const END = 'Connecting People field notes';

export function passwordResetMail({ name, link }: { name: string; link: string }): Message {
  return {
    subject: 'Set a new password',
    text: [
      `Hello ${name},`,
      'Somebody, most likely you, asked to set a new password for your account. This link works once, within two hours:',
      link,
      'If it was not you, you need do nothing: your password stays as it is.',
      END,
    ].join('\n\n'),
  };
}

export function passwordChangedMail({ name }: { name: string }): Message {
  return {
    subject: 'Your password was changed',
    text: [
      `Hello ${name},`,
      'The password of your account has just been changed, and you were signed out wherever you were signed in. If it was not you, tell the lead of your study or whoever runs this service at once.',
      END,
    ].join('\n\n'),
  };
}

export function emailChangedMail({ name }: { name: string }): Message {
  return {
    subject: 'Your e-mail address was changed',
    text: [
      `Hello ${name},`,
      'The e-mail address of your account has just been changed, so this is the last message to this one. If it was not you, tell the lead of your study or whoever runs this service at once.',
      END,
    ].join('\n\n'),
  };
}

/** `until` is a date in words, such as "8 December 2026". */
export function invitationMail(given: {
  name: string;
  inviter: string;
  study: string;
  link: string;
  until: string;
}): Message {
  return {
    subject: `Invitation to ${given.study}`,
    text: [
      `Hello ${given.name},`,
      `${given.inviter} invites you to the study “${given.study}”. Accept by this link, which works once, until ${given.until}:`,
      given.link,
      'If you did not expect this, you need do nothing.',
      END,
    ].join('\n\n'),
  };
}

/** `what` happened: "added" or "removed". */
export function passkeyChangedMail({ name }: { name: string }, what: 'added' | 'removed'): Message {
  const about = what === 'added' ? 'A passkey was added to your account' : 'A passkey was removed from your account';
  return {
    subject: about,
    text: [
      `Hello ${name},`,
      `${about} just now. If it was not you, tell the lead of your study or whoever runs this service at once.`,
      END,
    ].join('\n\n'),
  };
}

/** `what` happened to the second step: "set up", "turned off" and the like. */
export function secondStepChangedMail({ name }: { name: string }, what: string): Message {
  return {
    subject: `Your second step at sign-in was ${what}`,
    text: [
      `Hello ${name},`,
      `The second step at sign-in of your account was ${what}. If it was not you and you did not ask for it, tell the lead of your study or whoever runs this service at once.`,
      END,
    ].join('\n\n'),
  };
}
