import { parseArgs } from 'node:util';
import { expect, test } from '@jest/globals';
import { readCommandLine } from '../server/command-line.ts';
import { StartError } from '../server/shared/errors.ts';

const read = (args: string[]) =>
  readCommandLine(() => parseArgs({ args, options: { to: { type: 'string' } } }), 'Say where.');

test('readCommandLine() gives what was read', () => {
  expect(read(['--to', 'here']).values).toEqual({ to: 'here' });
});

test('readCommandLine() says in a sentence what is wrong, and how it is used', () => {
  expect(() => read(['--from', 'there'])).toThrow(new StartError("Unknown option '--from'. Say where."));
  expect(() => read(['there'])).toThrow(StartError);
});
