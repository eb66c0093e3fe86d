import { childOf, element, type Element, isGuid, normaliseGuid, writtenGuid } from '../refi/element.ts';
import { ownValue } from '../refi/own-variables.ts';
import { leadsTo, USER_ATTRIBUTES } from '../refi/references.ts';
import type { Outgoing } from './outgoing.ts';
import type { ExportedAgency, ExportedMemo, ExportedMember } from './project-queries.ts';

/** What was kept of an element, with the values that we took from it. */
export type Kept = { element?: Element; held?: Record<string, unknown> };

export function userElement(out: Outgoing, member: ExportedMember, kept: Kept | undefined): Element {
  const name = kept?.held?.name === member.name ? kept.element?.attributes.name : member.name;
  return element('User', { ...kept?.element?.attributes, guid: out.guidOf(member.id), name });
}

/**
 * A case of an agency. `joined` are the sources that belong to it and of which `kept` does not say so yet; `left` those that
 * it refers to and that belong to another now.
 */
export function caseElement(
  out: Outgoing,
  agency: ExportedAgency,
  kept: Kept | undefined,
  { joined, left }: { joined: readonly string[]; left: ReadonlySet<string> },
): Element {
  const from = kept?.element;
  const isOwn = !from || kept?.held?.isOwn === true;
  const children = (from?.children ?? [])
    .filter(({ name, attributes }) => name !== 'SourceRef' || !left.has(normaliseGuid(attributes.targetGUID ?? '')))
    .flatMap((child) => living(out, child) ?? []);
  const known = new Set(
    children.filter(({ name }) => name === 'SourceRef').map(({ attributes }) => attributes.targetGUID),
  );
  const of = (...names: string[]): Element[] => children.filter(({ name }) => names.includes(name));
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
      ...joined.filter((guid) => !known.has(guid)).map((targetGUID) => element('SourceRef', { targetGUID })),
      ...of('SelectionRef'),
    ],
  );
}

/**
 * What another program wrote, with what it refers to called as in this file. Undefined of a reference to what is no longer
 * there, or never was in the file; what means nothing without such a one goes with it when it is made to conform.
 */
export function living(out: Outgoing, one: Element): Element | undefined {
  if (leadsTo(one.name)) {
    const { guid, targetGUID } = one.attributes;
    // Transana, and the standard's own example of it, write the reference of a member as its GUID, or as its text.
    const given = targetGUID ?? guid ?? (isGuid(one.text) ? one.text : undefined);
    const target = out.refersTo(given, one.name);
    if (target !== undefined) return element(one.name, { targetGUID: target });
    out.remarks.add('lost', 'References to what is no longer there, or never was in the file, are left out.', given);
    return undefined;
  }
  if (one.name === 'Coding' && out.refersTo(childOf(one, 'CodeRef')?.attributes.targetGUID, 'CodeRef') === undefined) {
    out.remarks.add('lost', 'Codings with a code that is not in the file are left out.', one.attributes.guid);
    return undefined;
  }
  return {
    ...one,
    attributes: livingUsers(out, one.attributes),
    children: one.children.flatMap((child) => living(out, child) ?? []),
  };
}

/** The attributes without the names of users who are not in the file; GUIDs as we write them. */
export function livingUsers(out: Outgoing, given: Record<string, string>): Record<string, string> {
  const attributes = { ...given };
  if (attributes.guid !== undefined) attributes.guid = writtenGuid(attributes.guid);
  for (const key of USER_ATTRIBUTES) {
    if (attributes[key] === undefined) continue;
    const user = out.refersTo(attributes[key], 'User');
    if (user === undefined) delete attributes[key];
    else attributes[key] = user;
  }
  return attributes;
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
  const children = (kept?.element?.children ?? []).filter(({ name }) => name !== 'PlainTextContent');
  return element(
    'Note',
    {
      ...livingUsers(out, element('Note', attributes).attributes),
      guid,
      plainTextPath: text === null ? undefined : `internal://${entry}`,
    },
    children.flatMap((child) => living(out, child) ?? []),
  );
}

/** Anything else that is only kept; of what it joins (a link, a graph) GUIDs are written as the rest. */
export function keptElement(out: Outgoing, kept: Element): Element {
  const one = living(out, kept)!;
  const written = (of: Element): Element => {
    const attributes = { ...of.attributes };
    for (const key of ['originGUID', 'targetGUID', 'representedGUID', 'sourceVertex', 'targetVertex'])
      if (attributes[key] !== undefined) attributes[key] = writtenGuid(attributes[key]);
    return { ...of, attributes, children: of.children.map(written) };
  };
  return written(one);
}
