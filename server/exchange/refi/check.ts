import { detached, type Element, normaliseGuid } from './element.ts';
import { fittedAttribute, fittedValue } from './lexical.ts';
import { passageOf, positionsOf, type Profile, type SourceText } from './profile.ts';
import { leadsTo, referredAs, USER_ATTRIBUTES } from './references.ts';
import { PROJECT_RULES } from './structure.ts';

const USERS: ReadonlySet<string> = new Set(USER_ATTRIBUTES);
const PATHS = new Set(['plainTextPath', 'richTextPath', 'path']);
const MOST = 100;

/**
 * Looks through a project as it is about to leave, element by element, for what its schema asks and for what no schema
 * can: GUIDs used once, references that lead somewhere, positions inside their text, files that are there.
 */
export function createCheck() {
  const faults: string[] = [];
  const guids = new Set<string>();
  const defined = new Map<string, Set<string>>();
  const referred = new Map<string, Set<string>>();
  const paths = new Set<string>();
  const fault = (sentence: string): void => {
    if (faults.length < MOST) faults.push(sentence);
  };
  const into = (map: Map<string, Set<string>>, key: string, value: string): void => {
    const known = map.get(key);
    if (known) known.add(value);
    else map.set(key, new Set([value]));
  };

  function visit(one: Element): void {
    const rule = PROJECT_RULES[one.name];
    if (!rule) return fault(`${one.name} is no element of the format`);
    const { name, attributes, children, text } = one;
    for (const key of rule.required) if (attributes[key] === undefined) fault(`${name} lacks ${key}`);
    for (const key in attributes) {
      const value = attributes[key]!;
      if (!rule.attributes.has(key)) fault(`${name} has an attribute ${key}`);
      if (fittedAttribute(key, value) !== value)
        fault(
          key === 'guid' ? `${name} has a GUID that is none: ${value}` : `${name} has a ${key} that is none: ${value}`,
        );
      if (key === 'guid') {
        const normal = normaliseGuid(value);
        if (guids.has(normal)) fault(`the GUID ${value} is used twice, the second time by a ${name}`);
        guids.add(normal);
        into(defined, referredAs(name), normal);
      } else if (USERS.has(key)) into(referred, 'User', normaliseGuid(value));
      else if (PATHS.has(key)) paths.add(detached(value));
      else if (key === 'targetGUID' && leadsTo(name)) into(referred, name, normaliseGuid(value));
    }
    if (children.length === 0 && text !== '' && fittedValue(name, text) !== text)
      fault(`${name} is none: ${text.slice(0, 100)}`);
    if (name === 'Coding' && !children.some((child) => child.name === 'CodeRef'))
      fault(`the coding ${attributes.guid} has no code`);
    for (const child of children) visit(child);
  }

  return {
    head: (attributes: Record<string, string>): void => visitHead(attributes),
    unit: visit,
    /** The selections of an element whose text is `text`. */
    text(carrier: Element, text: SourceText, profile: Profile): void {
      const at = positionsOf(text, profile);
      for (const { name, attributes } of carrier.children) {
        if (name !== 'PlainTextSelection') continue;
        const passage = passageOf(at, profile, {
          start: Number(attributes.startPosition),
          end: Number(attributes.endPosition),
        });
        if (typeof passage === 'string' && passage !== 'empty')
          fault(`the selection ${attributes.guid} of ${carrier.attributes.guid} is ${passage}`);
      }
    },
    /** All that was found wrong; `files` are the names of what lies in sources/. */
    faults(files: readonly string[]): string[] {
      const wanted = new Set([...paths].map((path) => path.replace(/^internal:\/\//, '')));
      for (const path of paths) if (!path.startsWith('internal://')) fault(`the path ${path} leads out of the file`);
      const there = new Set(files);
      for (const name of wanted) if (!there.has(name)) fault(`the file ${name} is not there`);
      for (const name of files) if (!wanted.has(name)) fault(`nothing refers to the file ${name}`);
      for (const [name, targets] of referred) {
        const kinds = name === 'User' ? ['User'] : leadsTo(name)!;
        for (const target of targets)
          if (!kinds.some((kind) => defined.get(kind)?.has(target)))
            fault(`${name} refers to ${target}, which is not in the file`);
      }
      return faults;
    },
  };

  function visitHead(attributes: Record<string, string>): void {
    if (attributes.name === undefined) fault('Project lacks a name');
    const known = PROJECT_RULES.Project!.attributes;
    for (const key in attributes) {
      const value = attributes[key]!;
      if (!known.has(key)) fault(`Project has an attribute ${key}`);
      if (fittedAttribute(key, value) !== value) fault(`Project has a ${key} that is none: ${value}`);
      if (USERS.has(key)) into(referred, 'User', normaliseGuid(value));
    }
  }
}
