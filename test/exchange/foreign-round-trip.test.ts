import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { openArchive } from '../../server/exchange/refi/zip-reading.ts';
import { useTestApp } from '../support/test-app.ts';
import { exportStudy, importFile, LIMIT } from './support.ts';

// A project of another program, imported and exported again, says the same: compared element by element with everything
// that means something, except for what is listed here with its reason.

const t = useTestApp();
const SAMPLES = path.join(process.env.REFI_FOLDER ?? '/work/shared/refi', 'samples');

type Node = { type: string; name?: string; attribs?: Record<string, string>; children?: Node[]; data?: string };
const GUID = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
const COLOUR = /^#[0-9a-f]{6}$/i;
const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Every element as one line: where it stands, what it is, what it says. Texts stand in for the paths that lead to them. */
async function linesOf(file: string): Promise<string[]> {
  const isZip = (await readFile(file)).subarray(0, 2).toString('latin1') === 'PK';
  const archive = isZip ? await openArchive(file, { total: LIMIT }) : undefined;
  const xml = archive ? await archive.readWhole(archive.project, LIMIT) : await readFile(file);
  const root = cheerio.load(xml.toString('utf8'), { xmlMode: true }).root()[0] as unknown as Node;
  const lines: string[] = [];

  async function visit(node: Node, place: string): Promise<void> {
    const name = node.name!.split(':').at(-1)!;
    const elements = node.children!.filter(({ type }) => type === 'tag');
    const inner = elements.length > 0 ? '' : squeezed(node.children!.map(({ data }) => data ?? '').join(''));
    if (name === 'Description' && inner === '' && elements.length === 0) return;
    const said: string[] = [];
    const content = elements.find((child) => child.name === 'PlainTextContent');
    let text = content ? squeezed(content.children!.map(({ data }) => data ?? '').join('')) : '';
    if (name === 'PlainTextContent') return;
    for (const [key, value] of Object.entries(node.attribs!).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (/^xmlns|:/.test(key)) continue;
      if (/path$/i.test(key)) {
        // What the path leads to says something; what is not in the file can neither come nor go.
        const entry = archive?.files.get(value.split('/').at(-1)!.toLowerCase());
        if (!entry) continue;
        const bytes = await archive!.readWhole(entry, LIMIT);
        if (key === 'plainTextPath') text = squeezed(bytes.toString('utf8'));
        else said.push(`${key}=${createHash('sha256').update(bytes).digest('hex')}`);
      } else
        said.push(
          `${key}=${GUID.test(value) || COLOUR.test(value) ? value.replaceAll(/[{}]/g, '').toLowerCase() : squeezed(value)}`,
        );
    }
    if (text !== '') said.push(`text=${text}`);
    lines.push(`${place}/${name} ${said.join(' ')}${inner === '' ? '' : ` = ${inner}`}`);
    const guid = (node.attribs!.guid ?? '').replaceAll(/[{}]/g, '').toLowerCase();
    for (const child of elements) await visit(child, guid === '' ? `${place}/${name}` : guid);
  }

  for (const child of root.children!.filter(({ type }) => type === 'tag')) await visit(child, '');
  archive?.close();
  return lines;
}

/** Lines of one that are not in the other, each as often as it is there more. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** What may differ: how it is said in the file and in ours, and why. */
type Allowed = [before: RegExp, after: RegExp | undefined, reason: string];
const ALWAYS: Allowed[] = [
  [/^\/Project /, /^\/Project /, 'the program that writes a file names itself, and no folder of anybody’s disk'],
];

test.each<[string, Allowed[]]>([
  ['QualiLab_demo_artificial_stress_test.qdpx', []],
  [
    'sky-loom-TestProject.qdpx',
    [
      [
        /^142eb46d-612e-4593-a385-d0e5d04d1288\/PlainTextSelection .*guid=(95916796-d0a0-4b49-80b0-5a5c8b94ae13|27a5f0c2-e225-4d6a-8297-f4fec794d890) /,
        /^142eb46d-612e-4593-a385-d0e5d04d1288\/PlainTextSelection /,
        'the selection of its page has the same GUID, and a GUID may be there once: this one gets another',
      ],
      [
        /^(95916796-d0a0-4b49-80b0-5a5c8b94ae13|27a5f0c2-e225-4d6a-8297-f4fec794d890)\/Coding /,
        /\/Coding .*guid=(5c931701-6cd4-4a2b-a553-f1dde2eac46d|4b1f2d56-cce9-46f9-8248-e110f3352c5a)$/,
        'the codings of those two selections',
      ],
    ],
  ],
  ['f4-valid-document.xml', []],
  [
    'annex-a3-transana.xml',
    [
      [/^\/Project\/Sets\/Set creatingUser=/, /^\/Project\/Sets\/Set guid=/, 'a set has no author in the format'],
      [/\/MemberSource guid=/, /\/MemberSource targetGUID=/, 'a member is referred to by targetGUID'],
      [/\/MemberNote {2}= /, /\/MemberNote targetGUID=/, 'the same'],
    ],
  ],
])('%s says the same after it was imported and exported', async (name, allowed) => {
  const file = path.join(SAMPLES, name);
  if (!existsSync(file)) {
    console.warn(`${name} is not here: not tried`);
    return;
  }
  const { studyId } = await importFile(t, file);
  const exported = await exportStudy(t, studyId);
  const [before, after] = [await linesOf(file), await linesOf(exported.file)];
  const rules = [...ALWAYS, ...allowed];
  const lost = without(before, after).filter((line) => !rules.some(([rule]) => rule.test(line)));
  const come = without(after, before).filter((line) => !rules.some(([, rule]) => rule?.test(line)));
  expect(before.length).toBeGreaterThan(20);
  expect({ lost, come }).toEqual({ lost: [], come: [] });
});
