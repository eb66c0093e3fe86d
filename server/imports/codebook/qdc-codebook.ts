import { fittedColour, fittedName, fittedText } from '../../exchange/import/names.ts';
import { splitDefinition } from '../../exchange/refi/definition.ts';
import { childrenOf, descriptionOf, type Element, isGuid, normaliseGuid } from '../../exchange/refi/element.ts';
import { isOurs } from '../../exchange/refi/program.ts';
import { createRemarks, Refusal } from '../../exchange/refi/refusal.ts';
import { createReader } from '../../exchange/refi/xml-reader.ts';
import {
  type IncomingCodebook,
  type IncomingTheme,
  LONGEST_NAME,
  LONGEST_TEXT,
  MOST_THEMES,
} from './incoming-theme.ts';

/** The codes of a .qdc. What other programs write against the format is read all the same, with a remark. */
export function readQdc(text: string): IncomingCodebook {
  const remarks = createRemarks();
  const codes: Element[] = [];
  let isOwn = false;
  let sets = 0;
  const reader = createReader(
    {
      head({ root, attributes }) {
        if (root === 'Project')
          throw new Refusal(
            'The file is a whole project, not a codebook. An administrator can import it as a new study.',
          );
        isOwn = isOurs(attributes.origin ?? '');
      },
      unit(unit) {
        if (unit.name === 'Code') codes.push(unit);
        if (unit.name === 'Set') sets += 1;
      },
    },
    remarks,
  );
  reader.write(text);
  reader.close();
  if (codes.length === 0) throw new Refusal('There is no code in the file.');

  const themes: IncomingTheme[] = [];
  const seen = new Set<string>();
  const visit = (code: Element, parentKey: string | null): void => {
    if (themes.length >= MOST_THEMES)
      throw new Refusal(`The file holds more than ${MOST_THEMES.toLocaleString('en-GB')} codes.`);
    const given = code.attributes.guid ?? '';
    const guid = normaliseGuid(given);
    const isNew = isGuid(given) && !seen.has(guid);
    if (isNew) seen.add(guid);
    else
      remarks.add(
        'unusual',
        isGuid(given)
          ? 'Several codes have the same GUID; all but the first were read as if they had none.'
          : 'Codes whose GUID is none were read as if they had none.',
      );
    const key = isNew ? guid : `code ${themes.length + 1}`;
    const name = fittedName(code.attributes.name, LONGEST_NAME, 'Untitled theme');
    if (name !== code.attributes.name)
      remarks.add('changed', 'Names of codes that were empty, too long or on several lines were made to fit.');
    if (descriptionOf(code) === undefined && code.attributes.description !== undefined)
      remarks.add(
        'unusual',
        'Descriptions that stand in the code itself, where the format has no place for them, were read.',
      );
    const text = splitDefinition(descriptionOf(code) ?? code.attributes.description ?? '', isOwn);
    if (Object.values(text).some((part) => part !== fittedText(part, LONGEST_TEXT)))
      remarks.add('changed', 'Descriptions of more than 10,000 characters were cut.');
    const colour = fittedColour(code.attributes.color);
    if (code.attributes.color !== undefined && colour !== code.attributes.color.toLowerCase())
      remarks.add(
        'changed',
        colour === undefined
          ? 'Colours that are none were left out.'
          : 'Colours that were written otherwise than the format has them were made to fit, without their transparency.',
      );
    themes.push({
      key,
      guid: isNew ? guid : null,
      parentKey,
      parentPath: null,
      name,
      definition: fittedText(text.definition, LONGEST_TEXT),
      whenToUse: isOwn ? fittedText(text.when_to_use, LONGEST_TEXT) : null,
      whenNotToUse: isOwn ? fittedText(text.when_not_to_use, LONGEST_TEXT) : null,
      example: isOwn ? fittedText(text.example, LONGEST_TEXT) : null,
      colour: colour ?? null,
    });
    for (const child of childrenOf(code, 'Code')) visit(child, key);
  };
  for (const code of codes) visit(code, null);
  const counted = remarks.list().map(({ sentence, count }) => (count > 1 ? `${sentence} (${count} times)` : sentence));
  return {
    themes,
    remarks: [...counted, ...(sets > 0 ? ['Sets of codes have no place here and were passed over.'] : [])],
  };
}
