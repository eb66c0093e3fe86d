import { childOf, childrenOf, type Element, normaliseGuid, targetsOf } from '../refi/element.ts';
import { isOwnValue, readOwnValues } from '../refi/own-variables.ts';
import type { Into } from './into.ts';
import { createAgencyCodes, createUniqueNames, fittedName } from './names.ts';

const SECTORS = ['third sector', 'statutory', 'private', 'other'];
const STATUSES = ['active', 'paused', 'left'];
const LONGEST_NAME = 200;

/** What the sources say of cases: which code or case each is coded with. */
export type CodedWith = { source: string; target: string };

/**
 * An agency of each case. A source belongs to the case that refers to it; or, as NVivo writes it, to the only case whose
 * GUID it is coded with. All others belong to an agency called "Imported", made when it is needed.
 */
export function putAgencies(
  into: Into,
  cases: readonly Element[],
  coded: readonly CodedWith[],
): { defaultAgency: () => string } {
  const nameOnce = createUniqueNames(LONGEST_NAME);
  const codeOf = createAgencyCodes();
  const idOf = (one: Element): string => into.idOf('agency', normaliseGuid(one.attributes.guid ?? ''));
  for (const one of cases)
    for (const source of targetsOf(one, 'SourceRef')) {
      if (!into.agencyOfSource.has(source)) into.agencyOfSource.set(source, idOf(one));
      else
        into.remarks.add(
          'kept',
          'Sources of several cases stand with the first of them; the others are kept for the next export.',
          into.sourceNames.get(source),
        );
    }
  const codedSources = takeCoded(
    into,
    new Map(cases.map((one) => [normaliseGuid(one.attributes.guid ?? ''), idOf(one)])),
    coded,
  );
  for (const [index, one] of cases.entries()) {
    const guid = normaliseGuid(one.attributes.guid ?? '');
    const own = readOwnValues(one);
    const name = nameOnce('', fittedName(one.attributes.name, LONGEST_NAME, nameFromSources(into, one, index)));
    const id = idOf(one);
    into.put('agencies', {
      id,
      study_id: into.studyId,
      name,
      code: codeOf(name, own.agencyCode),
      sector: SECTORS.find((sector) => sector === own.agencySector) ?? 'other',
      status: STATUSES.find((status) => status === own.agencyStatus) ?? 'active',
      created_at: into.at,
    });
    const unique = into.uniqueGuid(guid);
    const kept = { ...one, attributes: { ...one.attributes, guid: unique } };
    const isOwn = kept.children.some(isOwnValue);
    const held = { name, isOwn, coded: codedSources.get(id), isShared: unique !== guid };
    into.keep(
      'Case',
      { element: { ...kept, children: kept.children.filter((child) => !isOwnValue(child)) }, held },
      { guid, entityId: id },
    );
    if (childrenOf(one, 'VariableValue').some((value) => !isOwnValue(value)))
      into.remarks.add(
        'kept',
        'Variables of cases and sources have no place here; their values are kept for the next export.',
      );
    if (childOf(one, 'Description')?.text)
      into.remarks.add('kept', 'Descriptions of cases have no place here; they are kept for the next export.', name);
  }
  let made: string | undefined;
  return {
    defaultAgency() {
      if (made !== undefined) return made;
      made = into.idOf('agency', 'imported');
      into.put('agencies', {
        id: made,
        study_id: into.studyId,
        name: nameOnce('', 'Imported'),
        code: codeOf('IMPORTED'),
        sector: 'other',
        status: 'active',
        created_at: into.at,
      });
      into.keep('Case', {}, { guid: 'imported', entityId: made });
      return made;
    },
  };
}

// By the agency, the sources that belong to it because they are coded with its case and with no other.
function takeCoded(
  into: Into,
  agencyOfCase: ReadonlyMap<string, string>,
  coded: readonly CodedWith[],
): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const { source, target } of coded) {
    const agency = agencyOfCase.get(target);
    if (agency === undefined || into.agencyOfSource.has(source)) continue;
    found.set(source, (found.get(source) ?? new Set()).add(agency));
  }
  const taken = new Map<string, string[]>();
  for (const [source, [agency, ...more]] of found) {
    if (more.length > 0) {
      into.remarks.add(
        'changed',
        'Sources that are coded with several cases, and that no case refers to, stand with the agency “Imported”.',
        into.sourceNames.get(source),
      );
      continue;
    }
    into.agencyOfSource.set(source, agency!);
    taken.set(agency!, [...(taken.get(agency!) ?? []), source]);
  }
  return taken;
}

// MAXQDA and Quirkos write a case without a name for each document, to carry its variables.
function nameFromSources(into: Into, one: Element, index: number): string {
  const [only, ...more] = targetsOf(one, 'SourceRef');
  const name = only !== undefined && more.length === 0 ? into.sourceNames.get(only) : undefined;
  return fittedName(name, LONGEST_NAME, `Case ${index + 1}`);
}
