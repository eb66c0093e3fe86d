import { expect, test } from '@jest/globals';
import { fittedAttribute, fittedValue } from '../../server/exchange/refi/lexical.ts';

test.each<[given: string, written: string | undefined]>([
  ['2020-05-01T10:00:00Z', '2020-05-01T10:00:00Z'],
  ['2020-02-29T24:00:00.5+02:00', undefined],
  ['2020-02-29T24:00:00+14:00', '2020-02-29T24:00:00+14:00'],
  ['2100-02-29T10:00:00', undefined],
  ['2000-02-29T10:00:00.1234567', '2000-02-29T10:00:00.1234567'],
  ['2020-05-01 10:00:00', '2020-05-01T10:00:00'],
  ['2020-05-01', '2020-05-01T00:00:00'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ['0000-01-01T00:00:00Z', undefined],
  ['2020-13-01T10:00:00', undefined],
  ['2020-05-01T10:00:00+14:30', undefined],
  ['yesterday', undefined],
])('the date %s is written as %s', (given, written) => {
  expect(fittedAttribute('creationDateTime', given)).toBe(written);
});

test.each<[key: string, given: string, written: string | undefined]>([
  ['isCodable', 'True', 'true'],
  ['isCodable', 'yes', undefined],
  ['startPosition', '21.0', '21'],
  ['startPosition', '21.5', undefined],
  ['color', '#12345678', undefined],
  ['typeOfVariable', 'datetime', 'DateTime'],
  ['guid', '{00000000-0000-4000-8000-000000000001}', '{00000000-0000-4000-8000-000000000001}'],
  ['guid', 'c1', undefined],
  ['name', ' whatever it says ', ' whatever it says '],
])('%s of %s is written as %s', (key, given, written) => {
  expect(fittedAttribute(key, given)).toBe(written);
});

test.each<[name: string, given: string, written: string | undefined]>([
  ['FloatValue', '1e-7', '0.0000001'],
  ['FloatValue', '-2.50', '-2.50'],
  ['FloatValue', '1e-30', undefined],
  ['FloatValue', 'NaN', undefined],
  ['IntegerValue', '007', '007'],
  ['IntegerValue', '7.5', undefined],
  ['DateValue', '2011-11-14', '2011-11-14'],
  ['DateValue', '14/11/2011', undefined],
  ['TextValue', '14/11/2011', '14/11/2011'],
])('a %s of %s is written as %s', (name, given, written) => {
  expect(fittedValue(name, given)).toBe(written);
});
