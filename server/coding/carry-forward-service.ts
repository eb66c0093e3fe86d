import type { AfterRevision } from '../notes/after-revision.ts';

export const carryCodingsForward: AfterRevision = async () => {};
