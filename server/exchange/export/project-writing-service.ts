import type { Actor, Transaction } from '../../database/connection.ts';
import { conform, conformAttributes } from '../refi/conform.ts';
import { childrenOf, element, type Element } from '../refi/element.ts';
import { ownVariableElements } from '../refi/own-variables.ts';
import { ORIGIN, ORIGIN_FOR_NVIVO } from '../refi/program.ts';
import { createRemarks } from '../refi/refusal.ts';
import { createUniqueGuids } from '../refi/unique-guids.ts';
import { openTag, writeElement, XML_DECLARATION } from '../refi/xml-writer.ts';
import { codeTree, type KeptCode } from './code-tree.ts';
import { caseSources } from './case-sources.ts';
import { type KeptSource, writeComment } from './foreign-parts.ts';
import { foreignSource } from './foreign-source.ts';
import { isWindows, type NoteWithCodings, type Outgoing } from './outgoing.ts';
import type { OutsideView } from './outside-view.ts';
import { attachmentLink, memoLink, ownMedia, ownSource } from './own-source.ts';
import type { Prepared } from './prepare-service.ts';
import { caseElement, keptElement, living, livingUsers, memoElement, userElement } from './project-elements.ts';
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
  const unique = given.prepared.project
    ? createUniqueGuids(given.out.remarks, given.prepared.referredAs)
    : (one: Element): Element => one;
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
  for (const one of hasOwn ? ownVariableElements() : []) out.alsoThere('Variable', one.attributes.guid!);
  await noteSelections(trx, writing);
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
  for (const memo of prepared.memos) {
    // A memo on a coding that stays behind stays with it.
    const stays = writing.view && memo.codingId !== null && !coded.has(memo.codingId);
    if (stays || prepared.isComment(memo)) continue;
    await memos.add(memoElement(out, memo, kept.get(memo.id)));
    // Its passage is gone: it is about the text.
    if (memo.noteId !== null && prepared.wasComment(memo.id)) links.push(memoLink(out, memo.id, memo.noteId));
  }
  await memos.close();
  await container('Links', [...aside.get('Link')!.map((one) => keptElement(out, one)), ...links]);
  await container(
    'Sets',
    aside.get('Set')!.map((one) => keptElement(out, one)),
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
  const living = livingUsers(out, attributes);
  for (const key of ['creatingUserGUID', 'modifyingUserGUID'])
    // NVivo for Windows names somebody here whom its list of users does not have.
    if (attributes[key] !== undefined && living[key] === undefined)
      out.remarks.add(
        'lost',
        'Who made the project in its own program is not among its users, and is left out.',
        attributes[key],
      );
  return { xmlns: 'urn:QDA-XML:project:1.0', ...conformAttributes('Project', living, out.remarks) };
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
        ...children.filter(({ name }) => name === 'NoteRef').flatMap((child) => living(out, child) ?? []),
        ...out.memoRefs(id),
      ],
    },
  );
}

function casesOf(out: Outgoing, prepared: Prepared): Element[] {
  const { agencies, kept, isPlaceholder } = prepared;
  const { joined, left } = caseSources(out, prepared);
  return agencies
    .filter(({ id }) => !isPlaceholder(id))
    .map((agency) =>
      caseElement(out, agency, kept.get(agency.id), {
        joined: joined.get(agency.id) ?? [],
        left: left.get(agency.id) ?? new Set(),
      }),
    );
}

// Cases come before the sources, and may refer to passages of them, which may be gone by now.
async function noteSelections(trx: Transaction, writing: Writing): Promise<void> {
  const cases = [...writing.prepared.kept.values()].flatMap((kept) => kept.element ?? []);
  if (!cases.some((one) => childrenOf(one, 'SelectionRef').length > 0)) return;
  const out = { ...writing.out, remarks: createRemarks(), addText: () => {}, addFile: () => {} };
  const visit = (one: Element): void => {
    if (one.name.endsWith('Selection') && one.attributes.guid !== undefined)
      out.alsoThere('selection', one.attributes.guid);
    one.children.forEach(visit);
  };
  for (const kind of ['Source', 'CodedNote'])
    for await (const one of keptSources(trx, { ...writing, out }, kind)) {
      const made = conform(one, out.remarks);
      if (made) visit(made);
    }
}

function directOf(out: Outgoing, { project }: Prepared): Element[] {
  const children = project?.children ?? [];
  return [
    ...children.filter(({ name }) => name === 'Description'),
    ...children.filter(({ name }) => name === '@Comment').flatMap((child) => writeComment(out, child)),
    ...children.filter(({ name }) => name === 'NoteRef').flatMap((child) => living(out, child) ?? []),
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
