import { type Element, isGuid, writtenGuid } from './element.ts';
import type { Remarks } from './refusal.ts';
import { PROJECT_RULES, rankOf, type Rule } from './structure.ts';

const MEMBERS = new Set(['MemberCode', 'MemberSource', 'MemberNote']);
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
  const given = { ...one.attributes };
  // Transana, and the standard's own example of it, write the reference of a member as its GUID, or as its text.
  const isMember = MEMBERS.has(one.name);
  const referred = given.guid ?? (isGuid(one.text) ? one.text : undefined);
  if (isMember && given.targetGUID === undefined && referred !== undefined) given.targetGUID = writtenGuid(referred);
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(given))
    if (rule.attributes.has(key)) attributes[key] = value;
    else if (key !== 'guid')
      remarks.add('lost', `Attributes that the format does not have are left out: ${key} of ${one.name}.`);
  for (const key of rule.required) {
    if (attributes[key] !== undefined) continue;
    remarks.add(
      'lost',
      `Elements that lack what the format asks for are left out: ${one.name} without ${key}.`,
      given.guid,
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
  return { ...one, attributes, children, text: isMember ? '' : one.text };
}

// Whether it is so already, as nearly all is that we write ourselves: then nothing is copied.
function isConforming({ name, attributes, children }: Element, rule: Rule): boolean {
  if (MEMBERS.has(name)) return false;
  for (const key in attributes) if (!rule.attributes.has(key)) return false;
  for (const key of rule.required) if (attributes[key] === undefined) return false;
  let last = 0;
  for (const child of children) {
    const rank = rankOf(PROJECT_RULES, name, child.name);
    if (rank === undefined || rank < last || !isConforming(child, PROJECT_RULES[child.name]!)) return false;
    last = rank;
  }
  const first = NEEDED.get(name);
  return first === undefined || children[0]?.name === first;
}
