import type { Knex } from 'knex';

// Finds whom a note mentions, and keeps what is withheld of it in step.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    -- How a pseudonym is found: as whole words, in [brackets] whatever its case; a bare one that is a single word of
    -- letters only as it is written, because "Rose" is a name and "rose" is not.
    create function pseudonym_pattern(pseudonym text) returns text language sql immutable
      set search_path = pg_catalog as $$
      select case when pseudonym ~ '^[[:alpha:]]+$' then '' else '(\?i)' end
        || '(^|[^[:alnum:]])' || regexp_replace(regexp_replace(btrim(pseudonym), '([^[:alnum:][:space:]])', '\\\1', 'g'), '\s+', '\\s+', 'g')
        || '($|[^[:alnum:]])'
    $$;
    create function speaks_of(said text, pseudonym text) returns boolean language sql immutable
      set search_path = pg_catalog, public as $$
      select said ~ pseudonym_pattern(pseudonym) or position('[' || lower(btrim(pseudonym)) || ']' in lower(said)) > 0
    $$;

    -- From 0 (no word in common) to 1 (the same words), to know a paragraph again that was rewritten.
    create function likeness(one text, other text) returns real language sql immutable
      set search_path = pg_catalog as $$
      with left_words as (select distinct word from regexp_split_to_table(lower(one), '[^[:alnum:]]+') as word where word <> ''),
           right_words as (select distinct word from regexp_split_to_table(lower(other), '[^[:alnum:]]+') as word where word <> '')
      select coalesce((select count(*) from left_words join right_words using (word))::real
        / nullif(greatest((select count(*) from left_words), (select count(*) from right_words)), 0), 0)
    $$;

    create function lines_of(body text) returns table (number bigint, start_position int, end_position int, line text)
      language sql immutable set search_path = pg_catalog as $$
      select line_number, (ends - char_length(line))::int, ends::int, line
        from (select line, line_number, sum(char_length(line) + 1) over (order by line_number) - 1 as ends
                from string_to_table(body, E'\n') with ordinality as lines (line, line_number)) as placed
       where btrim(line) <> ''
    $$;

    -- The paragraphs in which people are looked for: of the newest revision, and of older ones that codings still quote.
    create function searched_paragraphs(of_note uuid)
      returns table (revision_id uuid, start_position int, end_position int, body text) language sql stable
      set search_path = pg_catalog, public as $$
      select revision_id, start_position, end_position, body from note_paragraphs where note_id = of_note
      union all
      select older.id, line.start_position, line.end_position, line.line
        from (select note_revisions.id, note_revisions.body from note_revisions
               where note_revisions.id in (select codings.revision_id from codings where codings.note_id = of_note)
                 and note_revisions.id not in (select note_paragraphs.revision_id from note_paragraphs where note_id = of_note)) as older,
             lateral lines_of(older.body) as line
    $$;

    -- Up to 60 code points on either side, from whole words, as server/coding/passage.ts cuts them, and nothing of a
    -- paragraph that is withheld.
    create function cut_contexts(of_note uuid) returns void language sql
      set search_path = pg_catalog, public as $$
      with cut as (
        select codings.id,
               substring(note_revisions.body from greatest(0, start_position - 60) + 1 for least(start_position, 60)) as before,
               substring(note_revisions.body from end_position + 1 for 60) as after,
               start_position > 60 as cut_before,
               char_length(note_revisions.body) > end_position + 60 as cut_after,
               start_position - (select max(w.end_position) from note_withheld w where w.note_id = of_note
                 and w.revision_id = codings.revision_id and w.end_position <= codings.start_position) as room_before,
               (select min(w.start_position) from note_withheld w where w.note_id = of_note
                 and w.revision_id = codings.revision_id and w.start_position >= codings.end_position) - end_position as room_after
          from codings join note_revisions on note_revisions.id = codings.revision_id
         where codings.note_id = of_note
      ), fresh as (
        select id,
               right(case when cut_before then regexp_replace(before, '^\S+\s+', '') else before end,
                     least(60, coalesce(room_before, 60))) as context_before,
               left(case when cut_after then regexp_replace(after, '\s+\S+$', '') else after end,
                    least(60, coalesce(room_after, 60))) as context_after
          from cut
      )
      update codings set context_before = fresh.context_before, context_after = fresh.context_after
        from fresh
       where fresh.id = codings.id
         and (codings.context_before, codings.context_after) is distinct from (fresh.context_before, fresh.context_after)
    $$;

    -- Brings what is withheld of a note in step with who is mentioned and with their consent.
    create function withhold_note(of_note uuid) returns void language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      place record;
      changed boolean;
    begin
      -- Whoever codes it now is waited for, and sees the outcome afterwards.
      select notes.id, notes.study_id, notes.visit_id, visits.starts_at, studies.time_zone into place
        from notes join visits on visits.id = notes.visit_id join studies on studies.id = notes.study_id
       where notes.id = of_note for no key update of notes;
      if not found then return; end if;
      with missing as materialized (
        select participants.id from participants
         where participants.study_id = place.study_id
           and participants.id in (select note_mentions.participant_id from note_mentions where note_id = of_note)
           and (participants.consent = 'declined'
             or participants.consent = 'withdrawn' and (
               participants.withdrawal_scope is null
               or participants.withdrawal_scope in ('quotations', 'erasure')
               or participants.withdrawal_scope = 'collection'
                  and (place.starts_at at time zone place.time_zone)::date >= coalesce(participants.withdrawn_on, '-infinity'::date))
             or exists (select from visit_participants
                         where visit_participants.visit_id = place.visit_id
                           and visit_participants.participant_id = participants.id
                           and visit_participants.consent in ('declined', 'withdrawn')))
      ), wanted as (
        select distinct m.revision_id, m.start_position, m.end_position, m.participant_id
          from note_mentions m
         where m.note_id = of_note and m.about and m.participant_id in (select id from missing)
           and (m.revision_id in (select note_paragraphs.revision_id from note_paragraphs where note_paragraphs.note_id = of_note)
             or m.revision_id in (select codings.revision_id from codings where codings.note_id = of_note))
           and not exists (select from note_mentions n
                            where n.note_id = of_note and n.revision_id = m.revision_id and not n.about
                              and n.start_position = m.start_position and n.participant_id = m.participant_id)
      ), gone as (
        delete from note_withheld w
         where w.note_id = of_note
           and not exists (select from wanted where wanted.revision_id = w.revision_id
                             and wanted.start_position = w.start_position and wanted.participant_id = w.participant_id
                             and wanted.end_position = w.end_position)
        returning 1
      ), come as (
        insert into note_withheld (note_id, revision_id, start_position, end_position, participant_id, study_id)
        select of_note, revision_id, start_position, end_position, participant_id, place.study_id from wanted
        on conflict do nothing returning 1
      )
      select exists (select from gone) or exists (select from come) into changed;
      if not changed then return; end if;
      update codings set withheld_at = case when touched.is_touched then now() end
        from (select codings.id, exists (
                select from note_withheld w
                 where w.note_id = of_note and w.revision_id = codings.revision_id
                   and w.start_position < codings.end_position and w.end_position > codings.start_position) as is_touched
                from codings where codings.note_id = of_note) as touched
       where codings.id = touched.id and (codings.withheld_at is not null) <> touched.is_touched;
      perform cut_contexts(of_note);
    end $$;

    -- Looks for pseudonyms anew, and withholds what follows.
    create function find_mentions(of_note uuid) returns void language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      delete from note_mentions where note_id = of_note and source = 'pseudonym';
      insert into note_mentions (note_id, revision_id, start_position, end_position, participant_id, source, study_id)
      -- Looked for word by word only where the letters stand at all: an agency has many a "Member", a note few of them.
      with searched as materialized (
        select *, regexp_replace(lower(body), '\s+', ' ', 'g') as plain from searched_paragraphs(of_note)
      ),
      people as materialized (
        select participants.id, participants.pseudonym, participants.study_id, pseudonym_pattern(participants.pseudonym) as pattern,
               regexp_replace(lower(btrim(participants.pseudonym)), '\s+', ' ', 'g') as plain
          from notes
          join visits on visits.id = notes.visit_id
          join participants on participants.agency_id = visits.agency_id
         where notes.id = of_note and participants.erased_at is null
           and exists (select from searched
                        where position(regexp_replace(lower(btrim(participants.pseudonym)), '\s+', ' ', 'g') in searched.plain) > 0)
           -- Until this is committed nobody changes their consent: it would not know of this text.
           for share of participants
      )
      select of_note, searched.revision_id, searched.start_position, searched.end_position, people.id, 'pseudonym', people.study_id
        from people join searched on position(people.plain in searched.plain) > 0
         and (searched.body ~ people.pattern or position('[' || people.plain || ']' in searched.plain) > 0)
      on conflict do nothing;
      perform withhold_note(of_note);
    end $$;

    -- What is said by hand follows its paragraph into the new revision: to the same words, or, where it says that the
    -- paragraph is about somebody, to the one that is most like it.
    create function carry_hand_marks(of_note uuid) returns void language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      mark record;
      target record;
    begin
      for mark in
        select m.*, substring(note_revisions.body from m.start_position + 1 for m.end_position - m.start_position) as words
          from note_mentions m join note_revisions on note_revisions.id = m.revision_id
         where m.note_id = of_note and m.source = 'hand'
           and m.revision_id not in (select revision_id from note_paragraphs where note_id = of_note)
      loop
        select p.revision_id, p.start_position, p.end_position into target
          from note_paragraphs p
         where p.note_id = of_note and (p.body = mark.words or mark.about and likeness(p.body, mark.words) >= 0.5)
         order by p.body = mark.words desc, likeness(p.body, mark.words) desc, p.number limit 1;
        if found then
          update note_mentions
             set revision_id = target.revision_id, start_position = target.start_position, end_position = target.end_position
           where note_id = of_note and source = 'hand' and participant_id = mark.participant_id
             and revision_id = mark.revision_id and start_position = mark.start_position
             and not exists (select from note_mentions there
                              where there.note_id = of_note and there.source = 'hand'
                                and there.participant_id = mark.participant_id
                                and there.revision_id = target.revision_id and there.start_position = target.start_position);
        end if;
      end loop;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function find_mentions(uuid), withhold_note(uuid), carry_hand_marks(uuid), cut_contexts(uuid),
      searched_paragraphs(uuid), lines_of(text), likeness(text, text), speaks_of(text, text), pseudonym_pattern(text);
  `);
}
