import { normaliseGuid, targetsOf } from '../refi/element.ts';
import type { Outgoing } from './outgoing.ts';
import type { Prepared } from './prepare-service.ts';

/**
 * Which sources belong to which agency beyond what the kept cases say, by the agencies' ids: `joined` as they are called in
 * this file; `left`, as the kept cases call them, are those that belong to another agency now.
 */
export function caseSources(
  out: Outgoing,
  { agencies, notes, attachments, kept, sources }: Prepared,
): { joined: Map<string, string[]>; left: Map<string, Set<string>> } {
  const joined = new Map<string, string[]>();
  const left = new Map<string, Set<string>>();
  const join = (agencyId: string | undefined, guid: string): void => {
    if (agencyId === undefined) return;
    const guids = joined.get(agencyId);
    if (guids) guids.push(guid);
    else joined.set(agencyId, [guid]);
  };
  const before = new Map<string, { agencyId: string; isSaid: boolean }>();
  for (const { id } of agencies) {
    const { element: one, held } = kept.get(id) ?? {};
    if (!one) continue;
    const owns = (source: string, isSaid: boolean): void => {
      if (!before.has(source)) before.set(source, { agencyId: id, isSaid });
    };
    for (const source of targetsOf(one, 'SourceRef')) owns(source, true);
    // These are coded with the GUID of the case: that says it, unless the GUID is a code's as well.
    for (const source of (held?.coded ?? []) as string[]) owns(source, held?.isShared !== true);
  }
  const agencyOf = new Map(notes.map(({ id, agencyId }) => [id, agencyId]));
  for (const { id, agencyId, isOwn } of notes) {
    const source = sources.get(id);
    if (isOwn || source === undefined) {
      if (isOwn) join(agencyId, out.guidOf(id));
      continue;
    }
    const was = before.get(normaliseGuid(source));
    if (was?.agencyId === agencyId && was.isSaid) continue;
    join(agencyId, out.guidOf(id));
    if (was && was.agencyId !== agencyId)
      left.set(was.agencyId, (left.get(was.agencyId) ?? new Set()).add(normaliseGuid(source)));
  }
  for (const attachment of attachments)
    if (out.isOwnMedia(attachment)) join(agencyOf.get(attachment.noteId), out.guidOf(attachment.id));
  return { joined, left };
}
