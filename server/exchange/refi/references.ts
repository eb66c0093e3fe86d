/** What a reference can lead to: sources of all kinds are one, and so are selections. */
export type Referred = 'User' | 'Code' | 'Case' | 'Note' | 'source' | 'Variable' | 'selection';

const LEADS_TO: Record<string, readonly Referred[]> = {
  CodeRef: ['Code', 'Case'],
  MemberCode: ['Code'],
  NoteRef: ['Note'],
  MemberNote: ['Note'],
  SourceRef: ['source'],
  MemberSource: ['source'],
  VariableRef: ['Variable'],
  SelectionRef: ['selection'],
};

/** The attributes that name a user. */
export const USER_ATTRIBUTES = ['creatingUser', 'modifyingUser', 'creatingUserGUID', 'modifyingUserGUID'] as const;

/** What an element of that name refers to by its `targetGUID`; undefined of one that is no reference. */
export function leadsTo(name: string): readonly Referred[] | undefined {
  return LEADS_TO[name];
}

/** As what an element of that name is referred to. */
export function referredAs(name: string): string {
  if (name.endsWith('Source')) return 'source';
  return name.endsWith('Selection') ? 'selection' : name;
}
