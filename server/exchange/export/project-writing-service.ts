import type { Actor, Transaction } from '../../database/connection.ts';
import { conform, conformAttributes } from '../refi/conform.ts';
import { element, type Element, normaliseGuid, writtenGuid } from '../refi/element.ts';
import { ownVariableElements } from '../refi/own-variables.ts';
import { ORIGIN, ORIGIN_FOR_NVIVO } from '../refi/program.ts';
import { createUniqueGuids } from '../refi/unique-guids.ts';
import { openTag, writeElement, XML_DECLARATION } from '../refi/xml-writer.ts';
import { codeTree, type KeptCode } from './code-tree.ts';
import { foreignSource, type KeptSource } from './foreign-source.ts';
import { isWindows, type NoteWithCodings, type Outgoing } from './outgoing.ts';
import type { OutsideView } from './outside-view.ts';
import { attachmentLink, ownMedia, ownSource } from './own-source.ts';
import type { Prepared } from './prepare-service.ts';
import { caseElement, keptElement, memoElement, setElement, upper, userElement } from './project-elements.ts';
import { type ExportedNote, listExportedCodings, listNotesById, listSourceOrigins } from './project-queries.ts';

const BATCH = 200;

type Given = {
  out: Outgoing;
  prepared: Prepared;
  /** Takes the project's XML, piece by piece. Resolves when there is room for the next. */
  write: (text: string) => Promise<void>;
  view?: OutsideView | undefined;
};
type Writing = Given & { unique: (one: Element) => Element };

/** Writes project.qde, one element after another. Returns how many there are of each. */
export async function writeProject(trx: Transaction, actor: Actor, given: Given): Promise<Record<string, number>> {
  // What was made here has ids that are told apart already.
  const unique = given.prepared.project ? createUniqueGuids(given.out.remarks) : (one: Element): Element => one;
  const writing = { ...given, unique };
  const { out, prepared, write } = writing;
  const counts: Record<string, number> = {};
  const container = createContainers(writing, counts);
  const { kept, aside } = prepared;
  await write(
    XML_DECLARATION +
      openTag('Project', projectAttributes(writing.view?.study(actor.studyName) ?? actor.studyName, writing)) +
      '\n',
  );

  await container(
    'Users',
    prepared.members
      .filter(({ id }) => !prepared.isPlaceholder(id))
      .map((member) => userElement(out, member, kept.get(member.id))),
  );
  await container('CodeBook', codesOf(out, prepared));
  const hasOwn =
    prepared.notes.some(({ isOwn }) => isOwn) ||
    [...kept.values()].some(({ held }) => held?.isOwn === true) ||
    prepared.agencies.some(({ id }) => !kept.has(id) && !prepared.isPlaceholder(id));
  await container('Variables', [
    ...(hasOwn ? ownVariableElements() : []),
    ...aside.get('Variable')!.map((one) => keptElement(out, one)),
  ]);
  for (const one of hasOwn ? ownVariableElements() : []) out.alsoThere(one.attributes.guid!);
  await container('Cases', casesOf(out, prepared));

  const sources = openList(writing, 'Sources', counts);
  const coded = new Set<string>();
  for await (const one of sourcesOf(trx, writing, coded)) await sources.add(one);
  const links: Element[] = [];
  for (const attachment of prepared.attachments) {
    if (out.isFileWritten(attachment.id)) continue;
    const media = ownMedia(out, attachment);
    if (!media) continue;
    await sources.add(media);
    links.push(attachmentLink(out, attachment));
  }
  await sources.close();

  const memos = openList(writing, 'Notes', counts);
  if (!writing.view) for await (const one of keptSources(trx, writing, 'CodedNote')) await memos.add(one);
  for (const memo of prepared.memos)
    // A memo on a coding that stays behind stays with it.
    if (!writing.view || memo.codingId === null || coded.has(memo.codingId))
      await memos.add(memoElement(out, memo, kept.get(memo.id)));
  await memos.close();
  await container('Links', [...aside.get('Link')!.map((one) => keptElement(out, one)), ...links]);
  await container(
    'Sets',
    aside.get('Set')!.map((one) => setElement(out, one)),
  );
  await container(
    'Graphs',
    aside.get('Graph')!.map((one) => keptElement(out, one)),
  );
  for (const child of directOf(out, prepared)) await write(writeElement(child, ' '));
  await write('</Project>\n');
  return counts;
}

function projectAttributes(studyName: string, { prepared, out }: Writing): Record<string, string> {
  const { basePath: _, ...from } = prepared.project?.attributes ?? {};
  const attributes: Record<string, string> = {
    ...from,
    name: studyName,
    origin: isWindows(out.profile) ? ORIGIN_FOR_NVIVO : ORIGIN,
  };
  for (const key of ['creatingUserGUID', 'modifyingUserGUID']) {
    const guid = attributes[key];
    if (guid === undefined) continue;
    attributes[key] = writtenGuid(guid);
    if (out.isThere(normaliseGuid(guid))) continue;
    // NVivo for Windows names somebody here whom its list of users does not have.
    delete attributes[key];
    out.remarks.add('lost', 'Who made the project in its own program is not among its users, and is left out.', guid);
  }
  return { xmlns: 'urn:QDA-XML:project:1.0', ...conformAttributes('Project', attributes, out.remarks) };
}

function createContainers({ write, out, unique }: Writing, counts: Record<string, number>) {
  return async (name: string, given: Element[]): Promise<void> => {
    const children = given.flatMap((child) => conform(child, out.remarks) ?? []).map(unique);
    if (children.length === 0) return;
    for (const child of children) count(child, counts);
    const whole =
      name === 'CodeBook' ? element(name, {}, [element('Codes', {}, children)]) : element(name, {}, children);
    await write(writeElement(whole, ' '));
  };
}

// A container without anything in it is not allowed: it is opened by the first that comes.
function openList({ write, out, unique }: Writing, name: string, counts: Record<string, number>) {
  let isOpen = false;
  return {
    async add(given: Element): Promise<void> {
      const conforming = conform(given, out.remarks);
      if (!conforming) return;
      const child = unique(conforming);
      if (!isOpen) await write(` <${name}>\n`);
      isOpen = true;
      count(child, counts);
      await write(writeElement(child, '  '));
    },
    async close(): Promise<void> {
      if (isOpen) await write(` </${name}>\n`);
    },
  };
}

function count(one: Element, counts: Record<string, number>): void {
  counts[one.name] = (counts[one.name] ?? 0) + 1;
  one.children.forEach((child) => count(child, counts));
}

function codesOf(out: Outgoing, { themes, kept, isPlaceholder }: Prepared): Element[] {
  return codeTree(
    themes.filter(({ id }) => !isPlaceholder(id)),
    {
      guidOf: out.guidOf,
      kept: (id) => kept.get(id) as KeptCode | undefined,
      noteRefs: (id, children) => [
        ...children
          .filter(
            ({ name, attributes }) => name === 'NoteRef' && out.isThere(normaliseGuid(attributes.targetGUID ?? '')),
          )
          .map(upper),
        ...out.memoRefs(id),
      ],
    },
  );
}

function casesOf(out: Outgoing, { agencies, notes, attachments, kept, isPlaceholder }: Prepared): Element[] {
  const own = new Map<string, string[]>();
  const agencyOf = new Map(notes.map(({ id, agencyId }) => [id, agencyId]));
  const add = (agencyId: string | undefined, guid: string): void => {
    if (agencyId === undefined) return;
    const guids = own.get(agencyId);
    if (guids) guids.push(guid);
    else own.set(agencyId, [guid]);
  };
  for (const { id, agencyId, isOwn } of notes) if (isOwn) add(agencyId, out.guidOf(id));
  for (const attachment of attachments)
    if (out.isOwnMedia(attachment)) add(agencyOf.get(attachment.noteId), out.guidOf(attachment.id));
  return agencies
    .filter(({ id }) => !isPlaceholder(id))
    .map((agency) => caseElement(out, agency, kept.get(agency.id), own.get(agency.id) ?? []));
}

function directOf(out: Outgoing, { project }: Prepared): Element[] {
  const children = (project?.children ?? []).filter(
    ({ name, attributes: { targetGUID } }) =>
      name === 'Description' ||
      (name === 'NoteRef' && targetGUID !== undefined && out.isThere(normaliseGuid(targetGUID))),
  );
  return [
    ...children.filter(({ name }) => name === 'Description'),
    ...children.filter(({ name }) => name === 'NoteRef').map(upper),
    ...out.memoRefs(''),
  ];
}

async function* sourcesOf(trx: Transaction, writing: Writing, coded: Set<string>): AsyncGenerator<Element> {
  const { view } = writing;
  if (!view) yield* keptSources(trx, writing, 'Source');
  const own = writing.prepared.notes.filter(({ isOwn }) => isOwn).map(({ id }) => id);
  for await (const byNote of aheadOf(() => nextNotes(trx, own)))
    for (const one of view ? await view.notes(trx, byNote) : byNote) {
      if (view) for (const { id } of one.codings) coded.add(id);
      yield ownSource(writing.out, one);
    }
}

/** The next notes whose ids are in `waiting`, in its order; undefined where none waits. */
async function nextNotes(trx: Transaction, waiting: string[]): Promise<NoteWithCodings[] | undefined> {
  const ids = waiting.splice(0, BATCH);
  if (ids.length === 0) return undefined;
  const found = await withCodings(trx, await listNotesById(trx, ids));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Gives out one lot after another, until there is none; the database reads the next while this one is written. */
async function* aheadOf<T>(read: (before: T | undefined) => Promise<T | undefined>): AsyncGenerator<T> {
  for (let lot = await read(undefined); lot !== undefined;) {
    const next = read(lot);
    // Looked at when its turn comes.
    next.catch(() => {});
    yield lot;
    lot = await next;
  }
}

async function* keptSources(trx: Transaction, { out, prepared }: Writing, kind: string): AsyncGenerator<Element> {
  type Lot = { count: number; last: number; kept: KeptSource[]; byNote: Map<string, NoteWithCodings> };
  const lots = aheadOf<Lot>(async (before) => {
    if (before && before.count < BATCH) return undefined;
    const origins = await listSourceOrigins(trx, kind, before?.last ?? -1, BATCH);
    const kept = origins
      .filter(({ guid }) => !prepared.rewritten.guids.has(guid))
      .map(({ content }) => JSON.parse(content) as KeptSource);
    const notes = await listNotesById(
      trx,
      kept.flatMap(({ held }) => held.notes.map(({ id }) => id)),
    );
    const last = origins.at(-1)?.position ?? -1;
    return { count: origins.length, last, kept, byNote: await withCodings(trx, notes) };
  });
  for await (const { kept, byNote } of lots)
    for (const one of kept) {
      const made = foreignSource(out, one, byNote);
      if (made) yield made;
    }
}

async function withCodings(trx: Transaction, notes: readonly ExportedNote[]): Promise<Map<string, NoteWithCodings>> {
  const found = new Map<string, NoteWithCodings>(notes.map((note) => [note.id, { note, codings: [] }]));
  for (const coding of await listExportedCodings(trx, notes)) found.get(coding.noteId)!.codings.push(coding);
  return found;
}
