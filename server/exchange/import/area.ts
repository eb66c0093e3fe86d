import { sliceCodePoints } from '../../shared/text.ts';
import { childOf, type Element } from '../refi/element.ts';

const LONGEST = 500;

/** Where a marked area is, and what it says of itself, on one line: "[page 4, 10,20 to 200,300] A quiet corner". */
export function describeArea({ name, attributes, children }: Element): string {
  const representation = childOf({ name, attributes, children, text: '' }, 'Representation');
  const words =
    childOf(representation ?? { name, attributes, children: [], text: '' }, 'PlainTextContent')?.text ??
    attributes.name ??
    childOf({ name, attributes, children, text: '' }, 'Description')?.text ??
    '';
  const whole = words.replaceAll('\0', '').replace(/\s+/gu, ' ').trim();
  const said = sliceCodePoints(whole, 0, LONGEST);
  return `[${placeOf(name, attributes)}]${said === '' ? '' : ` ${said}`}`;
}

function placeOf(name: string, attributes: Record<string, string>): string {
  const value = (key: string): string => (attributes[key] ?? '?').slice(0, 40);
  const corner = `${value('firstX')},${value('firstY')} to ${value('secondX')},${value('secondY')}`;
  if (name === 'PDFSelection') {
    // Pages are counted from 0 in the format, and from 1 by people.
    const page = Number(attributes.page);
    return `page ${Number.isInteger(page) ? page + 1 : value('page')}, ${corner}`;
  }
  if (name === 'PictureSelection') return `area ${corner}`;
  if (name === 'AudioSelection' || name === 'VideoSelection')
    return `${clock(attributes.begin)} to ${clock(attributes.end)}`;
  if (name === 'TranscriptSelection') return 'a stretch of the transcript';
  return `characters ${value('startPosition')} to ${value('endPosition')}`;
}

function clock(milliseconds: string | undefined): string {
  const seconds = Number(milliseconds) / 1000;
  if (!Number.isFinite(seconds)) return '?';
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${part(seconds / 3600)}:${part((seconds / 60) % 60)}:${part(seconds % 60)}`;
}
