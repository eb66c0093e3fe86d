import { isGuid } from './element.ts';

// How the format writes what is no plain text: our own table of the kinds of values that its schema knows.

type Kind = (text: string) => string | undefined;

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?)?$/;
const DATE = /^(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?$/;

// "2020-05-01 10:00:00" and "2020-05-01" say when; the format wants a T, and a time.
const dateTime: Kind = (text) => {
  const [, day, time = '00:00:00', zone = ''] = DATE_TIME.exec(text) ?? [];
  return day !== undefined && isDay(day) && isTime(time) && isZone(zone) ? `${day}T${time}${zone}` : undefined;
};
const date: Kind = (text) => {
  const [, day, zone = ''] = DATE.exec(text) ?? [];
  return day !== undefined && isDay(day) && isZone(zone) ? text : undefined;
};
const boolean: Kind = (text) => (/^(true|false|0|1)$/i.test(text) ? text.toLowerCase() : undefined);
const integer: Kind = (text) => /^([+-]?\d+)(\.0+)?$/.exec(text)?.[1];
const colour: Kind = (text) => (/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text) ? text : undefined);
const guid: Kind = (text) => (isGuid(text) ? text : undefined);
const decimal: Kind = (text) => {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text)) return text;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)e[+-]?\d{1,2}$/i.test(text)) return undefined;
  const plain = Number(text)
    .toFixed(20)
    .replace(/\.?0+$/, '');
  return !plain.includes('e') && Number(plain) === Number(text) ? plain : undefined;
};
const oneOf = (...names: string[]): Kind => {
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (text) => known.get(text.toLowerCase());
};

/** Attributes that hold a GUID: an element's own, or another's. */
export const GUIDS = new Set(
  'guid targetGUID originGUID representedGUID sourceVertex targetVertex fromSyncPoint toSyncPoint creatingUser modifyingUser creatingUserGUID modifyingUserGUID'.split(
    ' ',
  ),
);
const NUMBERS = 'startPosition endPosition firstX firstY secondX secondY page begin end timeStamp position'.split(' ');

const ATTRIBUTES: Record<string, Kind> = {
  creationDateTime: dateTime,
  modifiedDateTime: dateTime,
  isCodable: boolean,
  color: colour,
  typeOfVariable: oneOf('Text', 'Boolean', 'Integer', 'Float', 'Date', 'DateTime'),
  direction: oneOf('Associative', 'OneWay', 'Bidirectional'),
  lineStyle: oneOf('dotted', 'dashed', 'solid'),
  shape: oneOf(
    'Person',
    'Oval',
    'Rectangle',
    'RoundedRectangle',
    'Star',
    'LeftTriangle',
    'RightTriangle',
    'UpTriangle',
    'DownTriangle',
    'Note',
  ),
  ...all(GUIDS, guid),
  ...all(NUMBERS, integer),
};

const VALUES: Record<string, Kind> = {
  BooleanValue: boolean,
  IntegerValue: integer,
  FloatValue: decimal,
  DateValue: date,
  DateTimeValue: dateTime,
};

/** What stands in for a value that is none, where the format asks for one. */
export const INSTEAD: Record<string, string> = { isCodable: 'true', typeOfVariable: 'Text' };

/** The attribute as the format writes it, mended where its meaning is plain; undefined where it has none. */
export function fittedAttribute(key: string, value: string): string | undefined {
  const kind = ATTRIBUTES[key];
  return kind ? kind(value.trim()) : value;
}

/** The same of the text of an element such as DateValue. */
export function fittedValue(name: string, text: string): string | undefined {
  const kind = VALUES[name];
  return kind ? kind(text.trim()) : text;
}

function all(names: Iterable<string>, kind: Kind): Record<string, Kind> {
  return Object.fromEntries([...names].map((name) => [name, kind]));
}

// Asked of every date of a large project: without making anything that is thrown away.
function isDay(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year > 0 && day >= 1 && day <= (month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0));
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isTime(text: string): boolean {
  const hours = Number(text.slice(0, 2));
  return (hours < 24 && Number(text.slice(3, 5)) < 60 && Number(text.slice(6)) < 60) || /^24:00:00(\.0+)?$/.test(text);
}

function isZone(text: string): boolean {
  const [hours = 0, minutes = 0] = text === 'Z' ? [] : text.slice(1).split(':').map(Number);
  return hours < 14 ? minutes < 60 : hours === 14 && minutes === 0;
}
