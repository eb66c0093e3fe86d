import express from 'express';
import pg from 'pg';
import { newId } from '../../server/shared/ids.ts';

// What the product is measured against: the statements that store one coding, in one transaction, behind Express and
// nothing else. No session, no form, no page. Started by coding.ts; prints its port.
const { DATABASE_URL, ACTOR } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, options: '-c role=fieldnotes_account', max: 10 });
const actor = JSON.parse(ACTOR ?? '{}') as { studyId: string; membershipId: string; personId: string };
type Body = { note: string; start: number; end: number; themes: string[]; ids: string[] };

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.post('/', async (req, res) => {
  const { note, start, end, themes, ids } = req.body as Body;
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `select set_config('role', 'fieldnotes_team', true), set_config('app.study', $1, true),
              set_config('app.member', $2, true), set_config('app.member_role', 'researcher', true)`,
      [actor.studyId, actor.membershipId],
    );
    const found = await client.query(
      `select notes.latest_revision, note_revisions.id from notes
         join note_revisions on note_revisions.note_id = notes.id and note_revisions.number = 1
        where notes.id = $1 for share of notes`,
      [note],
    );
    await client.query('select id, removed_at from themes where id = any($1) order by id for share', [themes]);
    const text = await client.query(
      `select label, substring(words from $2::int - start + 1 for $3::int - $2::int) as quote,
              substring(words from $2::int - start - 59 for 60) as before, substring(words from $3::int - start + 1 for 60) as after
         from (select min(label) as label, string_agg(body, E'\\n' order by number) as words, min(start_position) as start
                 from note_paragraphs where note_id = $1 and start_position < $3 and end_position > $2) as around`,
      [note, start, end],
    );
    await client.query(
      `insert into codings (id, study_id, note_id, revision_id, theme_id, coder_id, start_position, end_position, quote, paragraph_label,
                             context_before, context_after)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning id`,
      [
        ids[0],
        actor.studyId,
        note,
        found.rows[0].id,
        themes[0],
        actor.membershipId,
        start,
        end,
        text.rows[0].quote,
        text.rows[0].label,
        text.rows[0].before,
        text.rows[0].after,
      ],
    );
    await client.query(
      `insert into events (id, study_id, person_id, membership_id, kind, subject_id, after, request_id)
       values ($1, $2, $3, $4, 'coding.made', $5, $6, $7)`,
      [
        newId(),
        actor.studyId,
        actor.personId,
        actor.membershipId,
        ids[0],
        JSON.stringify({ noteId: note, themeId: themes[0], revision: 1, start, end }),
        newId(),
      ],
    );
    await client.query('commit');
    res.json({ ids });
  } catch (error) {
    await client.query('rollback');
    res.status(500).json({ error: String(error) });
  } finally {
    client.release();
  }
});
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`is running at http://127.0.0.1:${(server.address() as { port: number }).port}`),
);
