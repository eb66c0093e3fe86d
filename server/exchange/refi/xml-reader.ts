import { SaxesParser } from 'saxes';
import { type Element, isGuid, namedGuid, normaliseGuid } from './element.ts';
import { GUIDS } from './lexical.ts';
import { USER_ATTRIBUTES } from './references.ts';
import { Refusal, type Remarks } from './refusal.ts';
import { CODEBOOK_RULES, knownAttributes, NEVER_EMPTY, ONCE, PROJECT_RULES, rankOf, UNITS } from './structure.ts';

const DEEPEST = 256;
const DEEPEST_CODE = 64;
const LONGEST_ATTRIBUTE = 64 * 1024;

const NAMESPACES: Record<string, string[]> = {
  Project: ['urn:QDA-XML:project:1.0', 'urn:QDA-XML:project:1:0', 'urn:QDA-XML:project:0:10'],
  CodeBook: ['urn:QDA-XML:codebook:1.0', 'urn:QDA-XML:codebook:1:0', 'urn:QDA-XML:codebook:0:4'],
};
const CURRENT: Record<string, string> = { Project: NAMESPACES.Project![0]!, CodeBook: NAMESPACES.CodeBook![0]! };

const USERS: ReadonlySet<string> = new Set(USER_ATTRIBUTES);

/** What a document says of itself. `root` is 'Project' or 'CodeBook'. */
export type Head = { root: 'Project' | 'CodeBook'; attributes: Record<string, string> };

export type Handler = {
  head: (head: Head) => void;
  /** A unit (structure.ts) that is complete, or anything else that stands directly in the root. */
  unit: (unit: Element, container: string) => void;
};

/**
 * Reads a project or a codebook piece by piece, by the local names of its elements, and hands out each unit once it is
 * complete: never more than one is in memory. Throws a Refusal on what must not be read. `DOCTYPE` is refused, which leaves
 * no entities to expand; nothing outside the document is ever fetched.
 */
export function createReader(handler: Handler, remarks: Remarks): { write(piece: string): void; close(): void } {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const path: Element[] = [];
  let head: Head | undefined;
  let unitAt: number | undefined;
  const users = new Set<string>();

  const refuse = (sentence: string): never => {
    throw new Refusal(sentence);
  };

  parser.on('doctype', () => refuse('The file has a DOCTYPE, which can hide other files in it. It was not read.'));
  parser.on('error', ({ message }) => {
    const where = `(line ${parser.line})`;
    if (/must contain a root|text data outside of root/.test(message) && path.length === 0 && !head)
      refuse('There is no XML in the file: it is empty, of another kind, or was cut off. Copy or export it again.');
    if (/disallowed character\.|malformed character entity/.test(message))
      refuse(
        `The file has a character that XML does not allow, such as a control character ${where}. Remove it in the program that wrote the file, and export again.`,
      );
    if (/unclosed tag|unexpected end/.test(message))
      refuse(`The file was cut off on the way ${where}. Copy or export it again.`);
    refuse(`The file is not well-formed XML ${where}: ${plain(message)}. Export it again.`);
  });
  parser.on('opentag', (tag) => {
    if (path.length >= DEEPEST) refuse(`Elements are nested more than ${DEEPEST} deep. The file was not read.`);
    const attributes: Record<string, string> = {};
    for (const key in tag.attributes) {
      const { local, prefix, name, value } = tag.attributes[key]!;
      if (value.length > LONGEST_ATTRIBUTE)
        refuse(`An attribute of ${tag.local} is longer than 64 KB. The file was not read.`);
      if (name === 'xmlns' || prefix === 'xmlns' || prefix === 'xsi') continue;
      attributes[local] = GUIDS.has(local) && value !== '' ? guidOf(value, tag.local, local) : value;
    }
    const made: Element = { name: tag.local, attributes, children: [], text: '' };
    const parent = path.at(-1);
    if (!parent) {
      if (tag.local !== 'Project' && tag.local !== 'CodeBook')
        refuse(`The file begins with “${tag.local.slice(0, 50)}”; a REFI-QDA file begins with Project or CodeBook.`);
      head = { root: tag.local as Head['root'], attributes };
      if (tag.uri !== CURRENT[tag.local])
        remarks.add(
          'unusual',
          NAMESPACES[tag.local]!.includes(tag.uri)
            ? `The file uses an older name for the format (${tag.uri}); it was read as REFI-QDA 1.0.`
            : 'The file does not name REFI-QDA 1.0 as its format; it was read as if it did.',
        );
      handler.head(head);
      checkAttributes(head, made, remarks);
    } else if (unitAt === undefined && isUnit(path, tag.local)) unitAt = path.length;
    if (tag.local === 'Code' && path.filter(({ name }) => name === 'Code').length >= DEEPEST_CODE)
      refuse(`Codes are nested more than ${DEEPEST_CODE} deep. The file was not read.`);
    path.push(made);
  });
  parser.on('text', (text) => addText(text));
  parser.on('cdata', (text) => addText(text));
  parser.on('closetag', () => {
    const made = path.pop()!;
    if (made.children.length > 0) made.text = '';
    const parent = path.at(-1);
    if (!parent) return;
    if (NEVER_EMPTY.has(made.name) && made.children.length === 0)
      remarks.add('unusual', `${made.name} is empty; the format leaves it out then.`);
    checkAttributes(head!, made, remarks);
    checkPlace(head!, parent, made, remarks);
    if (unitAt === path.length) {
      unitAt = undefined;
      handler.unit(made, parent.name);
      keepOrder(parent, made.name);
    } else if (path.length === 1 && unitAt === undefined && !isContainer(head!, made.name)) {
      handler.unit(made, parent.name);
      keepOrder(parent, made.name);
    } else if (unitAt !== undefined) parent.children.push(made);
    else keepOrder(parent, made.name);
  });

  // Programs number their codes, or call them by a name: in a project all that refers to such a one gets the same GUID. The
  // name of a user whom the file does not list stays, because it is all that is known of them.
  function guidOf(value: string, of: string, key: string): string {
    if (isGuid(value) || head?.root === 'CodeBook') return value;
    const name = normaliseGuid(value);
    if (of === 'User') users.add(name);
    if (USERS.has(key) && !users.has(name)) return value;
    remarks.add('changed', 'Names and numbers that stand where the format asks for GUIDs were made GUIDs.', value);
    return namedGuid(name);
  }

  function addText(text: string): void {
    const top = path.at(-1);
    if (top) top.text += text;
  }

  return {
    write: (piece) => void parser.write(piece),
    close() {
      parser.close();
      if (!head) refuse('The file is empty.');
    },
  };
}

// Outside units only the name of the last child is kept, for the order.
function keepOrder(parent: Element, name: string): void {
  parent.children = [{ name, attributes: {}, children: [], text: '' }];
}

function isContainer({ root }: Head, name: string): boolean {
  return (root === 'Project' ? PROJECT_RULES.Project! : CODEBOOK_RULES.CodeBook!).children.includes(name)
    ? name !== 'Description' && name !== 'NoteRef'
    : false;
}

function isUnit(path: Element[], name: string): boolean {
  return UNITS.has(name) && path.length >= 2 && path.length <= 3 && path.every(({ name: outer }) => !UNITS.has(outer));
}

// What stands where the format has no place for it is read all the same, and remarked upon.
function checkPlace({ root }: Head, parent: Element, made: Element, remarks: Remarks): void {
  const rules = root === 'Project' ? PROJECT_RULES : CODEBOOK_RULES;
  const rank = rankOf(rules, parent.name, made.name);
  const where = made.attributes.guid ?? parent.attributes.guid ?? parent.attributes.name;
  if (rank === undefined) {
    if (rules[parent.name])
      remarks.add('unusual', `${made.name} stands in ${parent.name}, where the format has no place for it.`, where);
    return;
  }
  const last = parent.children.at(-1);
  if (!last) return;
  const before = rankOf(rules, parent.name, last.name);
  if (before !== undefined && before > rank)
    remarks.add(
      'unusual',
      `${made.name} comes after ${last.name} in ${parent.name}; the format has them the other way round.`,
      parent.attributes.guid ?? where,
    );
  else if (before === rank && last.name === made.name && ONCE.has(made.name) && parent.name !== 'Sources')
    remarks.add('unusual', `${parent.name} has more than one ${made.name}.`, where);
}

function checkAttributes({ root }: Head, made: Element, remarks: Remarks): void {
  const known = knownAttributes(root, made.name);
  if (!known) return;
  for (const key in made.attributes)
    if (!known.has(key) && key !== 'guid')
      remarks.add(
        'lost',
        `${made.name} has an attribute ${key.slice(0, 50)}, which the format does not have; it was passed over.`,
        made.attributes.guid ?? made.attributes.name,
      );
}

function plain(message: string): string {
  return message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
}
