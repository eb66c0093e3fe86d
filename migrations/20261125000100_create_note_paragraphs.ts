import type { Knex } from 'knex';

// The newest revision of each note, paragraph by paragraph, so that a passage of a note of 4 MB is cut, and words are
// counted, without reading the whole of it. Kept by the database itself whenever a revision is added; it says the same as
// server/notes/paragraphs.ts, and test/notes/note-paragraphs.test.ts compares the two.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create table note_paragraphs (
      note_id uuid not null,
      number integer not null,
      study_id uuid not null references studies (id),
      revision_id uuid not null,
      start_position integer not null,
      end_position integer not null,
      label text not null constraint note_paragraphs_label check (label in ('ON', 'TN', 'MN', 'PN')),
      word_count integer not null,
      body text not null,
      primary key (note_id, number),
      constraint note_paragraphs_stretch check (start_position >= 0 and end_position > start_position),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, revision_id) references note_revisions (study_id, id)
    );
    alter table note_paragraphs alter column body set storage external;
    create unique index note_paragraphs_start on note_paragraphs (note_id, start_position);

    alter table note_paragraphs enable row level security;
    create policy team on note_paragraphs to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select on note_paragraphs to fieldnotes_team;

    -- The blanks of JavaScript, whatever the database's locale: what stands on a line beside them makes it a paragraph.
    create function keep_note_paragraphs() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public as $$
    begin
      delete from note_paragraphs where note_id = new.note_id;
      insert into note_paragraphs (note_id, number, study_id, revision_id, start_position, end_position, label, word_count, body)
      select new.note_id, row_number() over (order by line_number), new.study_id, new.id, ends - length, ends,
             coalesce(substring(line from '^(ON|TN|MN|PN):'), 'ON'), regexp_count(line, '[^ \u0009\u000A-\u000D\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]+'), line
        from (select line, line_number, char_length(line) as length,
                     sum(char_length(line) + 1) over (order by line_number) - 1 as ends
                from string_to_table(new.body, E'\n') with ordinality as lines (line, line_number)) as placed
       where btrim(line, U&' \0009\000B\000C\000D\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000\FEFF') <> '';
      return null;
    end $$;
    create trigger keep_note_paragraphs after insert on note_revisions
      for each row execute function keep_note_paragraphs();

    do $$
    begin
      -- As if each newest revision had just been saved.
      create temporary table newest_revisions on commit drop as select * from note_revisions where false;
      create trigger keep_note_paragraphs after insert on newest_revisions
        for each row execute function keep_note_paragraphs();
      insert into newest_revisions
        select note_revisions.* from note_revisions
          join notes on notes.id = note_revisions.note_id and notes.latest_revision = note_revisions.number;
      drop table newest_revisions;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger keep_note_paragraphs on note_revisions;
    drop function keep_note_paragraphs();
    drop table note_paragraphs;
  `);
}
