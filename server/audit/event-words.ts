// What every kind of event means, in words: “Ruth Lead <did> <thing>”. A kind that is recorded anywhere has a line here;
// one that is recorded no more keeps its line, because the trail keeps its events.

export const GROUPS = {
  notes: 'Notes and their files',
  field: 'Agencies, phases, visits and participants',
  identities: 'Real names and contact details',
  deidentification: 'De-identifying notes',
  withdrawal: 'Consent, withdrawal and retention',
  codebook: 'Codebook and memos',
  coding: 'Coding',
  agreement: 'Blind coding and agreement',
  queries: 'Kept queries',
  exports: 'Exports, downloads and imports',
  summaries: 'Summaries for agencies',
  members: 'Members and invitations',
  access: 'Sign-ins and refusals',
  accounts: 'Accounts and passwords',
  upkeep: 'The study, the trail and backups',
} as const;

export type Group = keyof typeof GROUPS;

/** What an event's subject is, and so where its name is looked up. */
export type ThingKind =
  | 'agency'
  | 'attachment'
  | 'coding'
  | 'disclosure'
  | 'double-coding'
  | 'export'
  | 'invitation'
  | 'member'
  | 'memo'
  | 'note'
  | 'participant'
  | 'person'
  | 'phase'
  | 'project-export'
  | 'query'
  | 'settlement'
  | 'summary'
  | 'theme'
  | 'visit';

type Words = { group: Group; did: string; thing?: ThingKind };

const words = (group: Group, lines: Record<string, [did: string, thing?: ThingKind]>): Record<string, Words> =>
  Object.fromEntries(
    Object.entries(lines).map(([kind, [did, thing]]) => [kind, { group, did, ...(thing && { thing }) }]),
  );

const WORDS: Record<string, Words> = {
  ...words('notes', {
    'note.begun': ['began', 'note'],
    'note.saved': ['saved', 'note'],
    'note.completed': ['finished', 'note'],
    'note.reopened': ['opened again', 'note'],
    'note.removed': ['removed', 'note'],
    'note.restored': ['brought back', 'note'],
    'draft.begun': ['began to edit', 'note'],
    'draft.discarded': ['threw away a draft of', 'note'],
    'draft.restored': ['brought back a draft of', 'note'],
    'attachment.added': ['added', 'attachment'],
    'attachment.removed': ['removed', 'attachment'],
    'attachment.renamed': ['renamed', 'attachment'],
    'attachment.restored': ['brought back', 'attachment'],
    'import.begun': ['sent documents to make notes of'],
    'import.confirmed': ['made notes of documents'],
    'import.dropped': ['threw away documents before notes were made of them'],
    'import.expired': ['had documents removed that nobody made notes of'],
    'codebook-import.expired': ['had another codebook removed that nobody took in'],
    'project-import.expired': ['had a project removed that nobody imported'],
    'import.undone': ['removed the notes of an import'],
    'import.redone': ['brought back the notes of an import'],
  }),
  ...words('field', {
    'agency.added': ['added', 'agency'],
    'agency.changed': ['changed', 'agency'],
    'phase.added': ['added', 'phase'],
    'phase.changed': ['changed', 'phase'],
    'visit.recorded': ['recorded', 'visit'],
    'visit.changed': ['changed', 'visit'],
    'visit.removed': ['removed', 'visit'],
    'visit.restored': ['brought back', 'visit'],
    'participant.added': ['added', 'participant'],
    'participant.changed': ['changed', 'participant'],
    'participant.removed': ['took off the list', 'participant'],
    'participant.restored': ['put back on the list', 'participant'],
  }),
  ...words('identities', {
    'identities.used': ['had the program replace real names in what leaves the team'],
    'identity.saved': ['saved the real name and contact details of', 'participant'],
    'identity.viewed': ['looked at the real name and contact details of', 'participant'],
    'identity.erased': ['erased the real name and contact details of', 'participant'],
    'identity-key.renewed': ['encrypted real names and contact details with a new key'],
  }),
  ...words('deidentification', {
    'note.replaced': ['replaced names in', 'note'],
    'note.deidentified': ['de-identified', 'note'],
    'note.checked': ['checked the de-identified text of', 'note'],
    'note.released': ['released', 'note'],
    'note.taken-back': ['took back the last step of de-identifying', 'note'],
    'replacements.viewed': ['looked at what was replaced in', 'note'],
    'note.paragraph-marked': ['marked a paragraph of', 'note'],
  }),
  ...words('withdrawal', {
    'participant.consent-recorded': ['recorded the consent of', 'participant'],
    'participant.withdrawal-begun': ['began the withdrawal of', 'participant'],
    'participant.withdrawal-cancelled': ['cancelled the withdrawal of', 'participant'],
    'participant.withdrawal-confirmed': ['confirmed the withdrawal of', 'participant'],
    'participant.withdrawn': ['withdrew', 'participant'],
    'participant.erased': ['erased', 'participant'],
    'retention.review-moved': ['moved the review date of a class of data'],
    'disposal.requested': ['asked for disposal of a class of data'],
    'disposal.cancelled': ['cancelled a disposal'],
    'disposal.done': ['confirmed a disposal, which was done'],
    'note.paragraph-marked': ['said whom a paragraph is about in', 'note'],
  }),
  ...words('codebook', {
    'theme.added': ['added', 'theme'],
    'theme.changed': ['changed', 'theme'],
    'theme.moved': ['moved', 'theme'],
    'theme.merged': ['merged into another theme', 'theme'],
    'theme.split': ['split', 'theme'],
    'theme.retired': ['retired', 'theme'],
    'theme.unretired': ['put back into use', 'theme'],
    'theme.removed': ['removed', 'theme'],
    'theme.restored': ['brought back', 'theme'],
    'codebook.imported': ['took in another codebook'],
    'codebook.reversed': ['took back a step of the codebook’s history'],
    'codebook.version-named': ['named a version of the codebook'],
    'memo.added': ['wrote', 'memo'],
    'memo.changed': ['changed', 'memo'],
    'memo.removed': ['removed', 'memo'],
    'memo.restored': ['brought back', 'memo'],
  }),
  ...words('coding', {
    'coding.made': ['added a coding', 'coding'],
    'coding.removed': ['removed a coding', 'coding'],
    'coding.restored': ['brought back a coding', 'coding'],
    'coding.rethemed': ['gave another theme to a coding', 'coding'],
    'coding.placed': ['moved a coding', 'coding'],
    'coding.returned': ['put back for review a coding', 'coding'],
    'coding.carried': ['carried codings to the new text of', 'note'],
    'coding.moved': ['gave another theme to codings of', 'theme'],
    'coding.moved-back': ['gave back codings of', 'theme'],
  }),
  ...words('agreement', {
    'double-coding.drawn': ['drew notes for blind coding by lot'],
    'double-coding.assigned': ['gave out for blind coding', 'double-coding'],
    'double-coding.finished': ['finished coding blind', 'double-coding'],
    'double-coding.resumed': ['went on coding blind', 'double-coding'],
    'double-coding.opened': ['opened the blind coding of', 'double-coding'],
    'disagreement.settled': ['settled a disagreement', 'settlement'],
    'settlement.removed': ['took back what was settled', 'settlement'],
  }),
  ...words('queries', {
    'query.saved': ['kept', 'query'],
    'query.changed': ['changed', 'query'],
    'query.removed': ['removed', 'query'],
    'query.restored': ['brought back', 'query'],
  }),
  ...words('exports', {
    'export.requested': ['asked for', 'export'],
    'export.downloaded': ['downloaded', 'export'],
    'export.abandoned': ['broke off downloading', 'export'],
    'disclosure.prepared': ['prepared', 'disclosure'],
    'disclosure.confirmed': ['let leave the team', 'export'],
    'query.downloaded': ['downloaded the passages that a query found'],
    'project-export.requested': ['asked for', 'project-export'],
    'project-export.downloaded': ['downloaded', 'project-export'],
    'study.imported': ['brought in a project from another program'],
    'study.restored': ['restored this study from an archive'],
    'trail.exported': ['downloaded this trail'],
  }),
  ...words('summaries', {
    'summary.written': ['began', 'summary'],
    'summary.changed': ['changed', 'summary'],
    'summary.published': ['published', 'summary'],
    'summary.withdrawn': ['withdrew', 'summary'],
    'summary.removed': ['removed', 'summary'],
    'summary.restored': ['brought back', 'summary'],
  }),
  ...words('members', {
    'invitation.made': ['invited', 'invitation'],
    'invitation.withdrawn': ['withdrew the invitation of', 'invitation'],
    'invitation.restored': ['renewed the invitation of', 'invitation'],
    'invitation.accepted': ['accepted an invitation'],
    'membership.began': ['became a member'],
    'membership.resumed': ['became a member again'],
    'membership.role-changed': ['changed the role of', 'member'],
    'membership.ended': ['ended the membership of', 'member'],
    'membership.restored': ['made a member again', 'member'],
  }),
  ...words('access', {
    'person.signed-in': ['signed in'],
    'person.signed-out': ['signed out'],
    'person.sign-in-failed': ['could not sign in: the password was wrong'],
    'person.sign-in-throttled': ['could not sign in: too many tries'],
    'person.signed-out-everywhere': ['signed out everywhere'],
    'person.signed-out-elsewhere': ['signed out everywhere else'],
    'session.ended': ['ended another of their sessions'],
    'second-step.failed': ['could not sign in: the second step was wrong'],
    'second-step.throttled': ['could not sign in: too many tries at the second step'],
    'recovery-code.used': ['signed in with a recovery code'],
    'passkey.refused': ['could not sign in: the passkey was refused'],
    'single-sign-on.joined': ['joined their account to single sign-on'],
    'single-sign-on.refused': ['was refused at single sign-on'],
    'single-sign-on.failed': ['could not sign in: single sign-on failed'],
    'access.refused': ['was refused a page'],
    'access.refused-often': ['was refused many pages in a minute'],
  }),
  ...words('accounts', {
    'person.joined': ['made an account'],
    'person.renamed': ['changed their name'],
    'person.email-changed': ['changed their e-mail address'],
    'person.disabled': ['disabled the account of', 'person'],
    'person.enabled': ['enabled the account of', 'person'],
    'password.changed': ['changed their password'],
    'password.reset': ['chose a new password by a link'],
    'password-reset.asked': ['asked for a link to choose a new password for', 'person'],
    'password-reset.made': ['made a link to choose a new password for', 'person'],
    'second-step.set-up': ['set up a second step for signing in'],
    'second-step.app-added': ['added an app to their second step'],
    'second-step.app-removed': ['removed an app from their second step'],
    'second-step.turned-off': ['turned off their second step'],
    'second-step.reset': ['reset the second step of', 'person'],
    'passkey.added': ['added a passkey'],
    'passkey.removed': ['removed a passkey'],
    'recovery-codes.renewed': ['made new recovery codes'],
    'set-up-link.made': ['made a link to set the program up'],
    'sign-in-link.made': ['made a sign-in link for', 'person'],
  }),
  ...words('upkeep', {
    'study.second-step-rule-changed': ['changed whether the team needs a second step at sign-in'],
    'study.raw-note-rule-changed': ['changed who reads notes before they are de-identified'],
    'study.founded': ['founded the study'],
    'study.demonstration-loaded': ['loaded the demonstration'],
    'backup.made': ['made a backup'],
    'backup.failed': ['could not make a backup'],
    'backup.restored': ['restored a backup'],
    'trail.checked': ['checked this trail'],
  }),
};

/** The words of a kind, or undefined when it has none (which a test refuses). */
export function wordsOf(kind: string): Words | undefined {
  return Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
}

export function everyKind(): string[] {
  return Object.keys(WORDS);
}

export function kindsOf(group: Group): string[] {
  return everyKind().filter((kind) => WORDS[kind]!.group === group);
}

/** Three questions that are asked most often, as kinds. */
export const QUICK_VIEWS = {
  'identities-viewed': { text: 'Who looked at identities', kinds: () => ['identity.viewed'] },
  exports: { text: 'Who exported what', kinds: () => kindsOf('exports') },
  access: { text: 'Sign-ins and refusals', kinds: () => kindsOf('access') },
} as const;
