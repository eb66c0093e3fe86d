import { buffer } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import type { Knex } from 'knex';
import { riskKindsOf } from '../../server/disclosure/preview.ts';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aParticipant } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { anIdentity } from '../support/identity-builders.ts';
import type { TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

export const WHOLE = {
  format: 'csv',
  recipient: 'Dr A. Reader, University of Somewhere',
  purpose: 'Data behind table 2',
  agencies: 'masked',
  coders: 'number',
  member_names: 'replaced',
  dates: 'month',
  notes: 'every',
  unreleased_reason: 'The reader has signed for it.',
};

/** An id as rows have it outside: one that is not made of the time. */
export const OUTSIDE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-/;

/** A study whose lead is signed in and lets things leave. */
export async function aDiscloser(t: TestApp) {
  const cast = await aFullStudy(t.owner, { name: 'Étude “Connecting People”' });
  async function aPerson(fullName: string): Promise<{ participant: string }> {
    const { id } = await aParticipant(t.owner, cast.study.id, cast.agency.id);
    await anIdentity(t.owner, cast.study.id, { participantId: id, by: cast.lead.membershipId, fullName });
    return { participant: id };
  }
  return { ...cast, aPerson, ...disclosing(t, cast.study, await BrowserSession.as(t.app, cast.lead)) };
}

export function disclosing(t: TestApp, study: { path: string }, session: BrowserSession) {
  const rowOf = (id: string) => t.owner('disclosures').where({ id }).first();

  /** Asks for it and waits for its preview. */
  async function prepare(fields: Record<string, string | string[]> = {}) {
    const id = newId();
    const path = `${study.path}/disclosures/${id}`;
    const answer = await session.post(`${study.path}/disclosures`, { ...WHOLE, id, ...fields });
    expect([answer.status, answer.headers.location]).toEqual([303, path]);
    await previewed(id);
    return { id, path };
  }
  async function previewed(id: string): Promise<void> {
    await until(async () => (await rowOf(id)).state !== 'previewing');
  }
  /** Sends what the page's form sends. */
  async function confirm(path: string, fields: Record<string, string | string[]> = {}) {
    const { fingerprint, preview } = await rowOf(path.split('/').at(-1)!);
    const accepted = preview === null ? [] : riskKindsOf(preview);
    return session.post(`${path}/confirmation`, {
      fingerprint,
      seen: 'yes',
      reason: 'It is fine.',
      accepted,
      ...fields,
    });
  }
  async function download(path: string) {
    return session.get(`${path}/file`).buffer(true).parse(asBytes);
  }
  /** From asking to the file. */
  async function letGo(fields: Record<string, string | string[]> = {}) {
    const made = await prepare(fields);
    expect((await confirm(made.path)).status).toBe(303);
    return { ...made, file: await download(made.path) };
  }
  return { session, rowOf, prepare, previewed, confirm, download, letGo };
}

/** As if the note had gone through de-identification, its check and its release. */
export async function release(
  owner: Knex,
  noteId: string,
  { lead, colleague }: { lead: { membershipId: string }; colleague: { membershipId: string } },
): Promise<void> {
  const at = new Date();
  await owner.transaction(async (trx) => {
    await trx.raw('alter table notes disable trigger step_deidentification');
    await trx('notes').where({ id: noteId }).update({
      deidentification: 'releasable',
      deidentified_at: at,
      deidentified_by: lead.membershipId,
      checked_at: at,
      checked_by: colleague.membershipId,
      released_at: at,
      released_by: lead.membershipId,
    });
    await trx.raw('alter table notes enable trigger step_deidentification');
  });
}

/** For supertest: the body as it came. */
function asBytes(answer: unknown, done: (error: Error | null, body: Buffer) => void): void {
  buffer(answer as NodeJS.ReadableStream).then(
    (body) => done(null, body),
    (error: Error) => done(error, Buffer.alloc(0)),
  );
}
