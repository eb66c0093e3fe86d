import { childOf, childrenOf, element, type Element, normaliseGuid } from './element.ts';

// What our own files say beyond the elements of the format, as variables. Their GUIDs are the same in every file, by which
// they are known when such a file comes back; their names follow the convention that a prefix says whose variable it is.
const OWN = {
  visit: ['Visit', 'Text'],
  visitSetting: ['Visit setting', 'Text'],
  visitStart: ['Visit start', 'DateTime'],
  visitEnd: ['Visit end', 'DateTime'],
  visitPurpose: ['Visit purpose', 'Text'],
  phase: ['Phase', 'Text'],
  completed: ['Completed', 'DateTime'],
  agencyCode: ['Agency:Code', 'Text'],
  agencySector: ['Agency:Sector', 'Text'],
  agencyStatus: ['Agency:Status', 'Text'],
} as const;

export type OwnVariable = keyof typeof OWN;

const NAMES = Object.keys(OWN) as OwnVariable[];
const guidOf = (name: OwnVariable): string =>
  `f1e1d407-e500-7000-8000-${(NAMES.indexOf(name) + 1).toString(16).padStart(12, '0')}`;
const BY_GUID = new Map(NAMES.map((name) => [guidOf(name), name]));

export function isOwnVariable(guid: string): boolean {
  return BY_GUID.has(normaliseGuid(guid));
}

export function ownVariableElements(): Element[] {
  return NAMES.map((name) =>
    element('Variable', { guid: guidOf(name).toUpperCase(), name: OWN[name][0], typeOfVariable: OWN[name][1] }),
  );
}

/** `undefined` is written as a variable without a value. */
export function ownValue(name: OwnVariable, value: string | undefined): Element {
  return element('VariableValue', {}, [
    element('VariableRef', { targetGUID: guidOf(name).toUpperCase() }),
    value === undefined ? undefined : element(`${OWN[name][1]}Value`, {}, [], value),
  ]);
}

/** The values of our own variables in an element. */
export function readOwnValues(of: Element): Partial<Record<OwnVariable, string>> {
  const values: Partial<Record<OwnVariable, string>> = {};
  for (const value of childrenOf(of, 'VariableValue')) {
    const name = BY_GUID.get(variableOf(value));
    const given = value.children.find((child) => child.name !== 'VariableRef');
    if (name && given) values[name] = given.text;
  }
  return values;
}

export function variableOf(value: Element): string {
  return normaliseGuid(childOf(value, 'VariableRef')?.attributes.targetGUID ?? '');
}

export function isOwnValue(child: Element): boolean {
  return child.name === 'VariableValue' && isOwnVariable(variableOf(child));
}
