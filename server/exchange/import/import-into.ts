import { newId } from '../../shared/ids.ts';
import { detached, type Element, element, isGuid, normaliseGuid } from '../refi/element.ts';
import type { Profile } from '../refi/profile.ts';
import type { Remarks } from '../refi/refusal.ts';
import { createDerivedIds } from './derived-id.ts';
import type { Into, Row } from './into.ts';
import { createUniqueNames, fittedName } from './names.ts';
import { linkedNotes, type Survey } from './survey.ts';

const NOBODY = 'Coder not named in the file';
const LONGEST_NAME = 200;

/** The shared state of one import. `put` takes rows for people too: they stand outside the study, and are told apart later. */
export function createInto(given: {
  studyId: string;
  by: string;
  at: Date;
  remarks: Remarks;
  profile: Profile;
  survey: Survey;
  put: (table: string, row: Row) => void;
}): Into {
  const { studyId, by, remarks, survey, put } = given;
  const at = given.at.toISOString();
  const idOf = createDerivedIds(studyId, given.at);
  const members = new Map<string, string>();
  const phases = new Map<string, string>();
  const positions = new Map<string, number>();
  const guids = new Set<string>();
  const caseThemes = new Map<string, string>();
  const uniqueStranger = createUniqueNames(LONGEST_NAME);
  const uniquePhase = createUniqueNames(LONGEST_NAME);
  const uniqueCaseTheme = createUniqueNames(LONGEST_NAME);
  for (const { attributes } of survey.codes)
    uniqueCaseTheme('', fittedName(attributes.name, LONGEST_NAME, 'Untitled theme'));

  const into: Into = {
    studyId,
    by,
    at,
    remarks,
    profile: given.profile,
    idOf,
    notes: 0,
    put,
    themes: new Map(),
    agencyOfSource: new Map(),
    subjects: new Map(),
    noteOfElement: new Map(),
    linked: new Set(linkedNotes(survey).values()),
    subjectOfPassage: new Map(),
    sourceNames: survey.sourceNames,
    defaultAgency: () => {
      throw new Error('the agencies come first');
    },
    memberOf(given) {
      const guid = given === undefined ? '' : normaliseGuid(given);
      const known = members.get(guid);
      if (known !== undefined) return known;
      if (guid === '') return addMember('', NOBODY, undefined);
      remarks.add(
        'unusual',
        'Some coders or authors are not among the users of the file; they are called as the file calls them, or by the beginning of their GUID, and are among its users in the next export.',
        given,
      );
      const called = isGuid(guid) ? `Coder ${guid.slice(0, 8)}` : given!;
      const name = uniqueStranger('', fittedName(called, LONGEST_NAME, NOBODY));
      return addMember(guid, name, element('User', { guid, name }));
    },
    themeOf(target) {
      return into.themes.get(target) ?? caseThemes.get(target) ?? themeOfCase(target);
    },
    phaseCalled(name) {
      const wanted = fittedName(name, LONGEST_NAME, 'Imported');
      const known = phases.get(wanted);
      if (known !== undefined) return known;
      const id = idOf('phase', wanted);
      put('phases', { id, study_id: studyId, name: uniquePhase('', wanted), position: phases.size + 1 });
      phases.set(wanted, id);
      return id;
    },
    keep(kind, content, { guid = '', entityId, noteId } = {}) {
      const position = positions.get(kind) ?? 0;
      positions.set(kind, position + 1);
      put('exchange_origins', {
        study_id: studyId,
        kind,
        position,
        guid,
        entity_id: entityId ?? null,
        note_id: noteId ?? null,
        content: JSON.stringify(content),
      });
    },
    uniqueGuid(guid) {
      if (isGuid(guid) && !guids.has(guid)) {
        guids.add(detached(guid));
        return guid;
      }
      remarks.add(
        'changed',
        'GUIDs that were used twice in the file, or are none, are replaced by others in the next export.',
        guid,
      );
      for (let time = 1; ; time += 1) {
        const other = idOf('guid', `${guid} ${time}`);
        if (guids.has(other)) continue;
        guids.add(other);
        return other;
      }
    },
  };

  function addMember(guid: string, name: string, user: Element | undefined): string {
    const id = idOf('membership', guid);
    const personId = newId();
    put('people', { id: personId, name });
    put('memberships', {
      id,
      study_id: studyId,
      person_id: personId,
      name,
      role: 'researcher',
      ended_at: at,
      ended_by: by,
      created_at: at,
    });
    members.set(guid, id);
    into.keep(
      'User',
      user
        ? { element: { ...user, attributes: { ...user.attributes, guid: into.uniqueGuid(guid) } }, held: { name } }
        : {},
      { guid, entityId: id },
    );
    return id;
  }

  // NVivo and others code a source with the GUID of a case.
  function themeOfCase(target: string): string | undefined {
    const one = survey.cases.find(({ attributes }) => normaliseGuid(attributes.guid ?? '') === target);
    if (!one) return undefined;
    const id = idOf('case theme', target);
    const name = uniqueCaseTheme('', fittedName(one.attributes.name, LONGEST_NAME, 'Untitled case'));
    put('themes', {
      id,
      study_id: studyId,
      parent_id: null,
      name,
      colour: '#5a6772',
      position: 100_000 + caseThemes.size,
      created_by: by,
      created_at: at,
    });
    caseThemes.set(target, id);
    into.keep(
      'CaseTheme',
      { element: element('CodeRef', { targetGUID: target }), held: { name } },
      { guid: target, entityId: id },
    );
    remarks.add(
      'changed',
      'Cases that passages are coded with became themes as well as agencies.',
      one.attributes.name,
    );
    return id;
  }

  for (const user of survey.users) {
    const guid = normaliseGuid(user.attributes.guid ?? '');
    const name = fittedName(user.attributes.name ?? user.attributes.id, LONGEST_NAME, 'Unnamed coder');
    uniqueStranger('', name);
    if (members.has(guid)) remarks.add('lost', 'Users whose GUID another user has were taken as that one.', name);
    else addMember(guid, name, user);
  }
  return into;
}
