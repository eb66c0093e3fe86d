import { describe, expect, test } from '@jest/globals';
import { loggedPath } from '../../server/web/log.ts';

describe('loggedPath', () => {
  test.each([
    ['/studies/7/search?words=Ann', '/studies/7/search'],
    ['/sign-in-links/s3cret', '/sign-in-links/-'],
    ['/Sign-In-Links/s3cret?x', '/Sign-In-Links/-'],
    ['/INVITATIONS/s3cret/', '/INVITATIONS/-/'],
    ['http://notes.example.ac.uk/password-resets/s3cret', '/password-resets/-'],
    ['HTTPS://somebody:word@notes.example.ac.uk/set-up/s3cret?x', '/set-up/-'],
    ['https://notes.example.ac.uk', ''],
    ['//sign-in-links/PN8_nMlQJHI8NH7008DxOIwJiCwBt8BSCUNhztoviPc', '//sign-in-links/-'],
    ['/sign%2Din-links/PN8_nMlQJHI8NH7008DxOIwJiCwBt8BSCUNhztoviPc', '/sign%2Din-links/-'],
    ['/studies/01a21423-f6a3-7095-bc4d-c66ff26b57f0/notes', '/studies/01a21423-f6a3-7095-bc4d-c66ff26b57f0/notes'],
  ])('of %s is %s', (url, path) => {
    expect(loggedPath(url)).toBe(path);
  });
});
