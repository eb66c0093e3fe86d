import type { Element } from './element.ts';
import { fittedAttribute, fittedValue, INSTEAD } from './lexical.ts';
import type { Remarks } from './refusal.ts';
import { PROJECT_RULES, rankOf, type Rule } from './structure.ts';

// What means nothing without its first child.
const NEEDED = new Map([
  ['Coding', 'CodeRef'],
  ['VariableValue', 'VariableRef'],
]);

/**
 * The element as the format wants it: children in their order, and without what it has no place for, whoever wrote that.
 * Undefined where nothing valid is left of it.
 */
export function conform(one: Element, remarks: Remarks): Element | undefined {
  const rule = PROJECT_RULES[one.name];
  if (!rule) return undefined;
  if (isConforming(one, rule)) return one;
  const attributes = conformAttributes(one.name, one.attributes, remarks);
  for (const key of rule.required) {
    if (attributes[key] !== undefined) continue;
    remarks.add(
      'lost',
      `Elements that lack what the format asks for are left out: ${one.name} without ${key}.`,
      one.attributes.guid,
    );
    return undefined;
  }
  const children: Element[] = [];
  const ranks: number[] = [];
  let isOrdered = true;
  for (const child of one.children) {
    const rank = rankOf(PROJECT_RULES, one.name, child.name);
    if (rank === undefined) {
      remarks.add('lost', `Elements that the format does not have are left out: ${child.name} in ${one.name}.`);
      continue;
    }
    const made = conform(child, remarks);
    if (!made) continue;
    if (ranks.length > 0 && ranks.at(-1)! > rank) isOrdered = false;
    children.push(made);
    ranks.push(rank);
  }
  if (!isOrdered) {
    const order = new Map(children.map((child, index) => [child, ranks[index]!]));
    children.sort((a, b) => order.get(a)! - order.get(b)!);
  }
  const needed = NEEDED.get(one.name);
  if (needed !== undefined && children[0]?.name !== needed) return undefined;
  const made: Element = { ...one, attributes, children };
  return children.length === 0 && made.text !== '' ? conformValue(made, remarks) : made;
}

/** Of the attributes of an element those that the format has, each written as it writes them. */
export function conformAttributes(
  name: string,
  given: Readonly<Record<string, string>>,
  remarks: Remarks,
): Record<string, string> {
  const rule = PROJECT_RULES[name]!;
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    if (!rule.attributes.has(key)) {
      if (key !== 'guid')
        remarks.add('lost', `Attributes that the format does not have are left out: ${key} of ${name}.`);
      continue;
    }
    const fitted = fittedAttribute(key, value);
    if (fitted === undefined)
      remarks.add(
        'lost',
        `Values that are not what the format asks for are left out: ${key} of ${name}.`,
        given.name ?? given.guid,
      );
    const written = fitted ?? (rule.required.includes(key) ? INSTEAD[key] : undefined);
    if (written !== undefined) attributes[key] = written;
  }
  if (rule.required.includes('isCodable')) attributes.isCodable ??= 'true';
  return attributes;
}

// A date that is none, say, is still what somebody wrote.
function conformValue(value: Element, remarks: Remarks): Element {
  const fitted = fittedValue(value.name, value.text);
  if (fitted === value.text) return value;
  if (fitted !== undefined) return { ...value, text: fitted };
  remarks.add(
    'changed',
    `Values of variables that are not of their kind are written as text: ${value.name}.`,
    value.text.slice(0, 100),
  );
  return { ...value, name: 'TextValue' };
}

// Whether it is so already, as nearly all is that we write ourselves: then nothing is copied.
function isConforming({ name, attributes, children, text }: Element, rule: Rule): boolean {
  for (const key in attributes) {
    const value = attributes[key]!;
    if (!rule.attributes.has(key) || fittedAttribute(key, value) !== value) return false;
  }
  for (const key of rule.required) if (attributes[key] === undefined) return false;
  if (children.length === 0 && text !== '' && fittedValue(name, text) !== text) return false;
  let last = 0;
  for (const child of children) {
    const rank = rankOf(PROJECT_RULES, name, child.name);
    if (rank === undefined || rank < last || !isConforming(child, PROJECT_RULES[child.name]!)) return false;
    last = rank;
  }
  const first = NEEDED.get(name);
  return first === undefined || children[0]?.name === first;
}
