import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Knex } from 'knex';
import { codePointLength } from '../../server/shared/text.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { createChance } from '../support/random.ts';

const run = promisify(execFile);

/** Where the standard's schemas lie: they are not part of the project. */
export const REFI = process.env.REFI_FOLDER ?? '/work/shared/refi';

/** What the program of others prints; an error with all that it said when it does not like what it was given. */
export async function askProgram(program: string, args: string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 256 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { code, stderr, stdout } = error as { code?: unknown; stderr?: string; stdout?: string };
    if (code === 'ENOENT') throw new Error(`${program} is not installed; .ci/run says which package has it`);
    throw new Error(`${program} ${args.join(' ')}: ${String(code)}\n${stderr}\n${stdout?.slice(0, 2000)}`);
  }
}

/** False, and said so, where the schemas are not to be had. */
export function haveSchemas(): boolean {
  if (existsSync(`${REFI}/xsd`)) return true;
  console.warn(`The schemas of REFI-QDA are not in ${REFI}: nothing was validated.`);
  return false;
}

// Letters outside the first plane, families joined to one emoji, marks on letters, right to left, the characters of XML.
const WORDS = [
  'She',
  'held',
  'the door 🚪',
  '👩‍👩‍👧‍👦',
  '👋🏽 “hello”',
  'cafe\u0301',
  'ﬁnd',
  'שלום עליכם',
  'مرحبا بالعالم',
  '𝒜𝓂𝓎',
  '<b>&amp;</b> ]]>',
  '\t',
  '日本語',
  'n\u0303o',
  '🇬🇧',
  '=1+1',
];

/** A study whose texts are hard to count in, coded by three people whose passages overlap. */
export async function aStudyHardToCount(owner: Knex) {
  const cast = await aFullStudy(owner);
  const { number: below } = createChance(20_111);
  const coders = [cast.researcher, cast.colleague, cast.lead];
  const themes = [];
  for (const name of ['Welcome & <warmth>', 'Vertrauen 🤝', 'ثقة', 'Line\u2028end'])
    themes.push(await aTheme(owner, cast.study.id, { by: cast.lead.membershipId, name }));
  for (let index = 0; index < 12; index += 1) {
    const lines = Array.from({ length: 4 + below(5) }, () =>
      Array.from({ length: 6 + below(12) }, () => WORDS[below(WORDS.length)]).join(' '),
    );
    const body = lines.join(index % 3 === 0 ? '\n\n' : '\n');
    const note = await aNote(owner, cast.study.id, {
      visitId: cast.visit.id,
      by: cast.researcher.membershipId,
      body,
      title: `Note ${index} 📝 "${index}" <é>`,
    });
    const length = codePointLength(body);
    for (let coding = 0; coding < 15; coding += 1) {
      const start = below(length - 2);
      await aCoding(owner, cast.study.id, {
        note,
        by: coders[coding % 3]!.membershipId,
        themeId: themes[below(themes.length)]!.id,
        start,
        end: start + 1 + below(Math.min(80, length - start - 1)),
      }).catch((error: { code?: string }) => {
        // The same passage, theme and coder twice, which dice can throw.
        if (error.code !== '23505') throw error;
      });
    }
    await aCoding(owner, cast.study.id, {
      note,
      by: cast.lead.membershipId,
      themeId: themes[0]!.id,
      start: 0,
      end: length,
    });
  }
  return cast;
}
