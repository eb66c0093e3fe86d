import { element, type Element, normaliseGuid, writtenGuid } from '../refi/element.ts';
import { ownValue } from '../refi/own-variables.ts';
import type { Outgoing } from './outgoing.ts';
import type { ExportedAgency, ExportedMemo, ExportedMember } from './project-queries.ts';

/** What was kept of an element, with the values that we took from it. */
export type Kept = { element?: Element; held?: Record<string, unknown> };

export function userElement(out: Outgoing, member: ExportedMember, kept: Kept | undefined): Element {
  const name = kept?.held?.name === member.name ? kept.element?.attributes.name : member.name;
  return element('User', { ...kept?.element?.attributes, guid: out.guidOf(member.id), name });
}

/** A case of an agency, with the sources that belong to it; `sources` are those that were written here. */
export function caseElement(
  out: Outgoing,
  agency: ExportedAgency,
  kept: Kept | undefined,
  sources: readonly string[],
): Element {
  const from = kept?.element;
  const isOwn = !from || kept?.held?.isOwn === true;
  const children = (from?.children ?? []).filter((child) => {
    const target = child.attributes.targetGUID;
    return target === undefined || out.isThere(normaliseGuid(target));
  });
  const known = new Set(
    children.filter(({ name }) => name === 'SourceRef').map(({ attributes }) => normaliseGuid(attributes.targetGUID!)),
  );
  const of = (...names: string[]): Element[] =>
    children.filter(({ name }) => names.includes(name)).map((child) => upper(child));
  return element(
    'Case',
    {
      ...from?.attributes,
      guid: out.guidOf(agency.id),
      name: kept?.held?.name === agency.name ? from?.attributes.name : agency.name,
    },
    [
      ...of('Description'),
      ...of('CodeRef'),
      ...of('VariableValue'),
      ...(isOwn
        ? [
            ownValue('agencyCode', agency.code),
            ownValue('agencySector', agency.sector),
            ownValue('agencyStatus', agency.status),
          ]
        : []),
      ...of('SourceRef'),
      ...sources
        .filter((guid) => !known.has(normaliseGuid(guid)))
        .map((targetGUID) => element('SourceRef', { targetGUID })),
      ...of('SelectionRef'),
    ],
  );
}

export function upper(child: Element): Element {
  const target = child.attributes.targetGUID;
  return target === undefined
    ? child
    : { ...child, attributes: { ...child.attributes, targetGUID: writtenGuid(target) } };
}

/** A memo as a note of the file; its text goes into a file beside the project. */
export function memoElement(out: Outgoing, memo: ExportedMemo, kept: Kept | undefined): Element {
  const guid = out.guidOf(memo.id);
  const isSame = kept?.held?.body === memo.body;
  const text = isSame ? (kept?.held?.text as string | null) : memo.body;
  const entry = `${guid}.txt`;
  if (text !== null) out.addText({ entry, text });
  const attributes: Record<string, string | undefined> = kept?.element
    ? { ...kept.element.attributes }
    : { creatingUser: out.userOf(memo.writtenBy), creationDateTime: memo.writtenAt };
  if (memo.updatedBy !== null && !isSame)
    Object.assign(attributes, { modifyingUser: out.userOf(memo.updatedBy), modifiedDateTime: memo.updatedAt });
  delete attributes.richTextPath;
  delete attributes.plainTextPath;
  for (const key of ['creatingUser', 'modifyingUser'])
    if (attributes[key] !== undefined) attributes[key] = writtenGuid(attributes[key]);
  const children = (kept?.element?.children ?? []).filter(
    ({ name, attributes: { targetGUID } }) =>
      name !== 'PlainTextContent' && (targetGUID === undefined || out.isThere(normaliseGuid(targetGUID))),
  );
  return element(
    'Note',
    { ...attributes, guid, plainTextPath: text === null ? undefined : `internal://${entry}` },
    children.map(upper),
  );
}

/** A set without the members that are gone. */
export function setElement(out: Outgoing, kept: Element): Element {
  const children = kept.children.filter(
    ({ attributes: { targetGUID } }) => targetGUID === undefined || out.isThere(normaliseGuid(targetGUID)),
  );
  return {
    ...kept,
    attributes: { ...kept.attributes, guid: writtenGuid(kept.attributes.guid ?? '') },
    children: children.map(upper),
  };
}

/** Anything else that is only kept. */
export function keptElement(out: Outgoing, kept: Element): Element {
  const attributes = { ...kept.attributes };
  for (const key of ['guid', 'originGUID', 'targetGUID', 'representedGUID', 'sourceVertex', 'targetVertex'])
    if (attributes[key] !== undefined) attributes[key] = writtenGuid(attributes[key]);
  const children = kept.children
    .filter(
      ({ name, attributes: { targetGUID } }) =>
        name !== 'NoteRef' || targetGUID === undefined || out.isThere(normaliseGuid(targetGUID)),
    )
    .map((child) => keptElement(out, child));
  return { ...kept, attributes, children };
}
