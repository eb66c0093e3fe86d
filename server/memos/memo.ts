export const SUBJECT_KINDS = ['note', 'theme', 'coding', 'study'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** What a memo is on. The study itself needs no id. */
export type Subject = { kind: Exclude<SubjectKind, 'study'>; id: string } | { kind: 'study' };
