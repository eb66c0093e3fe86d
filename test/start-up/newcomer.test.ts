import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { databaseHome, Program, type ProgramOptions } from '../support/program.ts';
import { copyProject } from '../support/project-copy.ts';
import { queryOnce } from '../support/query-once.ts';
import { createTestDatabase } from '../support/test-database.ts';

// What the README promises somebody who has only Node, tried on a copy of the project as a fresh clone has it.

const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;
const LINK = /http:\/\/\S+\/sign-in-links\/[\w-]+/g;

let parent: string;
let project: string;
const running: Program[] = [];

async function aClone(name: string, { mode = 0o755, user = undefined as ProgramOptions['user'] } = {}): Promise<void> {
  parent = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
  await chmod(parent, mode);
  project = path.join(parent, name);
  await copyProject(project, user);
}
function start(options: ProgramOptions = {}): Program {
  const program = new Program({ project, ...options });
  running.push(program);
  return program;
}
afterEach(async () => {
  for (const program of running.splice(0)) await program.stop();
  await rm(await databaseHome(path.join(project, '.data')), { recursive: true, force: true });
  await rm(parent, { recursive: true, force: true });
});

describe('npm start in a fresh clone', () => {
  test('runs and prints a link for three people that lets each in once · in a path with spaces and accents, without LANG', async () => {
    const user = isRoot ? NOBODY : undefined;
    await aClone('Ünïcode project, déjà vu', { user });
    const program = start({ user });
    const address = await program.address();
    const links = program.output.match(LINK) ?? [];
    expect(links).toHaveLength(3);
    expect(program.output).toMatch(/a researcher, .+\n?.*the principal investigator, .+\n?.*BlueSCI/);
    for (const link of links) {
      expect(link.startsWith(address)).toBe(true);
      expect((await fetch(link)).status).toBe(200);
    }
  }, 240_000);

  test('shares one database, loads the demonstration once · when two are started at once', async () => {
    await aClone('twice', { user: isRoot ? NOBODY : undefined });
    const user = isRoot ? NOBODY : undefined;
    const both = [start({ user }), start({ user })];
    const addresses = await Promise.all(both.map((program) => program.address()));
    expect(new Set(addresses).size).toBe(2);
    expect(both.filter(({ output }) => output.includes('This is a new database'))).toHaveLength(1);
    const fresh = start({ user, script: 'server/demo-links.ts' });
    expect(await fresh.ended()).toBe(0);
    const links = fresh.output.match(LINK) ?? [];
    expect(links).toHaveLength(3);
    // Nobody chose these ports.
    for (const link of links) {
      expect(addresses.some((address) => link.startsWith(`${address}/`))).toBe(true);
      expect((await fetch(link)).status).toBe(200);
    }
    for (const program of both) await program.stop();
    const late = start({ user, script: 'server/demo-links.ts' });
    expect(await late.ended()).toBe(1);
    expect(late.output).toMatch(/^The program does not run, .+ Start it first \(npm start\)/);
  }, 240_000);

  test('keeps the database where its user can reach it, and says where · in a folder that only its owner may read', async () => {
    await aClone('private', { mode: 0o700 });
    const program = start();
    await program.address();
    const home = await databaseHome(path.join(project, '.data'));
    if (isRoot) {
      expect(home).toMatch(/^\/var\/lib\/connecting-people-field-notes\/private-[0-9a-f]{8}$/);
      expect(program.output).toContain(`the database is kept in ${home}`);
    } else expect(home).toBe(path.join(project, '.data/postgres'));
    expect(await program.stop()).toBe(0);
    const again = start();
    await again.address();
    expect(again.output).not.toContain('This is a new database');
  }, 240_000);
});

describe('npm start with DATABASE_URL', () => {
  test('prints one link to set up the first administrator, and loads nothing · when the database is empty', async () => {
    await aClone('own-database');
    const { url, drop } = await createTestDatabase();
    const program = start({ env: { DATABASE_URL: url } });
    const address = await program.address();
    expect(program.output.match(new RegExp(`${address}/set-up/[\\w-]+`, 'g'))).toHaveLength(1);
    expect(await queryOnce(url, 'select from studies union all select from people')).toEqual([]);
    await program.stop();
    const again = start({ env: { DATABASE_URL: url } });
    await again.address();
    expect(again.output.match(/\/set-up\/[\w-]+/g)).toHaveLength(1);
    await again.stop();
    await drop();
  }, 240_000);
});
