import type { Knex } from 'knex';

// Takes paragraphs out of a note, its older revisions and its drafts, and carries everything else exactly.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create function names_any(said text, names text[]) returns boolean language sql immutable
      set search_path = pg_catalog, public as $$
      select exists (select from unnest(names) as name where speaks_of(said, name))
    $$;
    create function erasure_mark() returns text language sql immutable as $$ select '[erased on request]' $$;

    -- The text with every line replaced that names them or repeats words that are erased. "spared" lines stay.
    create function erase_text(said text, names text[], needles text[], spared text[]) returns text language sql immutable
      set search_path = pg_catalog, public as $$
      select case when said = '' then said else string_agg(
        case when line <> all (spared) and (names_any(line, names)
               or exists (select from unnest(needles) as needle where position(needle in line) > 0))
             then coalesce(substring(line from '^(\?:ON|TN|MN|PN):[ \t]*'), '') || erasure_mark()
             else line end, E'\n' order by number) end
        from string_to_table(said, E'\n') with ordinality as lines (line, number)
    $$;
    create function erase_json(given jsonb, names text[], needles text[]) returns jsonb language plpgsql immutable
      set search_path = pg_catalog, public as $$
    begin
      return case jsonb_typeof(given)
        when 'string' then to_jsonb(erase_text(given #>> '{}', names, needles, '{}'))
        when 'array' then coalesce((select jsonb_agg(erase_json(value, names, needles) order by number)
                                      from jsonb_array_elements(given) with ordinality as list (value, number)), '[]')
        when 'object' then coalesce((select jsonb_object_agg(key, erase_json(value, names, needles))
                                       from jsonb_each(given)), '{}')
        else given end;
    end $$;

    create function erase_from_note(of_note uuid, of_participant uuid, names text[], kept int[], by uuid, found_needles inout text[], counts inout jsonb)
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      note record;
      revision record;
      newest uuid;
      gone_texts text[];
      spared text[];
      fresh uuid;
      body_now text;
      title_now text;
      deleted int;
      touched uuid[] := '{}';
    begin
      select notes.* into note from notes where id = of_note for update;
      select revision_id into newest from note_paragraphs where note_id = of_note limit 1;
      select coalesce(array_agg(p.body) filter (where m.is_about and p.start_position <> all (kept)), '{}'),
             coalesce(array_agg(p.body) filter (where m.is_denied or p.start_position = any (kept)), '{}')
        into gone_texts, spared
        from note_paragraphs p
        join lateral (select bool_or(about) and not bool_or(not about) as is_about, bool_or(not about) as is_denied
                        from note_mentions where note_id = of_note and revision_id = p.revision_id
                         and start_position = p.start_position and participant_id = of_participant) m on m.is_about is not null
       where p.note_id = of_note;

      create temporary table if not exists erased_lines
        (revision_id uuid, start_position int, end_position int, new_length int, line text) on commit drop;
      truncate erased_lines;
      insert into erased_lines
      select r.id, l.start_position, l.end_position,
             char_length(coalesce(substring(l.line from '^(\?:ON|TN|MN|PN):[ \t]*'), '') || erasure_mark()), l.line
        from note_revisions r, lateral lines_of(r.body) l
       where r.note_id = of_note and l.line <> all (spared)
         and (names_any(l.line, names) or l.line = any (gone_texts)
           -- A version of it that was written otherwise once, or that misspelt the name.
           or r.id is distinct from newest and exists (select from unnest(gone_texts) as gone where likeness(gone, l.line) >= 0.6));

      found_needles := found_needles || array(
        select distinct btrim(regexp_replace(line, '^(ON|TN|MN|PN):[ \t]*', '')) from erased_lines where char_length(line) >= 24)
        || array(select distinct quote from codings join erased_lines e
          on e.revision_id = codings.revision_id and codings.start_position < e.end_position and codings.end_position > e.start_position
          where codings.note_id = of_note and char_length(quote) >= 20);

      -- Codings of what goes, with what was said about them elsewhere.
      touched := array(select codings.id from codings join erased_lines e
        on e.revision_id = codings.revision_id and codings.start_position < e.end_position and codings.end_position > e.start_position
        where codings.note_id = of_note group by codings.id);
      update memos set coding_id = null, note_id = of_note where coding_id = any (touched);
      delete from double_coding_passages where coding_id = any (touched);
      delete from codebook_step_codings where coding_id = any (touched);
      delete from codings where id = any (touched);
      delete from settlements s using erased_lines e
       where s.note_id = of_note and e.revision_id = s.revision_id
         and s.start_position < e.end_position and s.end_position > e.start_position;
      delete from note_withheld where note_id = of_note;
      delete from note_mentions where note_id = of_note and participant_id = of_participant;
      if to_regclass('deidentification_log') is not null then
        execute 'delete from deidentification_log where note_id = $1 and (participant_id = $2 or exists (
                   select from erased_lines e where e.revision_id in (raw_revision_id, revision_id) and field = ''body''
                     and (case when e.revision_id = raw_revision_id then start_position end) between e.start_position and e.end_position))'
          using of_note, of_participant;
      end if;

      -- The others keep their places to the character. By way of far away, so that none is taken for another meanwhile.
      create temporary table if not exists erased_shifts (kind text, id uuid, other uuid, shift int) on commit drop;
      truncate erased_shifts;
      insert into erased_shifts
      select 'coding', c.id, null::uuid, sum(e.new_length - (e.end_position - e.start_position))
        from codings c join erased_lines e on e.revision_id = c.revision_id and e.end_position <= c.start_position
       where c.note_id = of_note group by c.id
      union all
      select 'settlement', s.id, null::uuid, sum(e.new_length - (e.end_position - e.start_position))
        from settlements s join erased_lines e on e.revision_id = s.revision_id and e.end_position <= s.start_position
       where s.note_id = of_note group by s.id
      union all
      select 'passage', p.double_coding_id, p.coding_id, sum(e.new_length - (e.end_position - e.start_position))
        from double_coding_passages p join double_codings d on d.id = p.double_coding_id
        join erased_lines e on e.revision_id = d.revision_id and e.end_position <= p.start_position
       where d.note_id = of_note group by p.double_coding_id, p.coding_id;
      update codings set start_position = start_position + 1000000000, end_position = end_position + 1000000000
        from erased_shifts s where s.kind = 'coding' and s.id = codings.id;
      update codings set start_position = start_position - 1000000000 + shift, end_position = end_position - 1000000000 + shift
        from erased_shifts s where s.kind = 'coding' and s.id = codings.id;
      update settlements set start_position = start_position + 1000000000, end_position = end_position + 1000000000
        from erased_shifts s where s.kind = 'settlement' and s.id = settlements.id;
      update settlements set start_position = start_position - 1000000000 + shift, end_position = end_position - 1000000000 + shift,
             agreed = case when agreed is null then null else (
               select coalesce(jsonb_agg(stretch || jsonb_build_object('start', (stretch ->> 'start')::int + shift, 'end', (stretch ->> 'end')::int + shift)), '[]')
                 from jsonb_array_elements(agreed) as stretch) end
        from erased_shifts s where s.kind = 'settlement' and s.id = settlements.id;
      update double_coding_passages p set start_position = p.start_position + s.shift, end_position = p.end_position + s.shift
        from erased_shifts s where s.kind = 'passage' and s.id = p.double_coding_id and s.other = p.coding_id;

      for revision in select id, number, title, body from note_revisions where note_id = of_note order by number loop
        select string_agg(case when e.line is null then lines.line
                 else coalesce(substring(lines.line from '^(\?:ON|TN|MN|PN):[ \t]*'), '') || erasure_mark() end, E'\n' order by lines.number)
          into body_now
          from (select line, number, (sum(char_length(line) + 1) over (order by number) - char_length(line) - 1)::int as start_position
                  from string_to_table(revision.body, E'\n') with ordinality as split (line, number)) as lines
          left join erased_lines e on e.revision_id = revision.id and e.start_position = lines.start_position;
        body_now := coalesce(body_now, '');
        title_now := case when names_any(revision.title, names) then erasure_mark() else revision.title end;
        if body_now <> revision.body or title_now <> revision.title then
          update note_revisions set body = body_now, title = title_now where id = revision.id;
          if revision.id = newest then
            -- A revision of its own: whoever still has the old text open on a page meets it as somebody else's.
            fresh := gen_random_uuid();
            insert into note_revisions (id, study_id, note_id, number, title, body, saved_by)
              values (fresh, note.study_id, of_note, revision.number + 1, title_now, body_now, by);
          end if;
        end if;
      end loop;
      if fresh is not null then
        update notes set latest_revision = latest_revision + 1 where id = of_note;
        update codings set revision_id = fresh where note_id = of_note and revision_id = newest;
        update double_codings set revision_id = fresh where note_id = of_note and revision_id = newest and opened_at is null;
      end if;
      update note_drafts
         set body = erase_text(body, names, found_needles, spared),
             title = case when names_any(title, names) then erasure_mark() else title end,
             base_revision = base_revision + case when fresh is not null and base_revision = note.latest_revision then 1 else 0 end,
             version = version + 1
       where note_id = of_note
         and (erase_text(body, names, found_needles, spared) <> body or names_any(title, names) or fresh is not null);
      perform cut_contexts(of_note);
      select count(*) into deleted from erased_lines where revision_id = newest;
      counts := counts || jsonb_build_object(
        'notes', (counts ->> 'notes')::int + (case when exists (select from erased_lines) or fresh is not null then 1 else 0 end),
        'paragraphs', (counts ->> 'paragraphs')::int + deleted,
        'revisions', (counts ->> 'revisions')::int + (select count(distinct revision_id) from erased_lines),
        'codings', (counts ->> 'codings')::int + cardinality(touched),
        'ids', (counts -> 'ids') || to_jsonb(touched));
    end $$;
    revoke execute on function erase_from_note(uuid, uuid, text[], int[], uuid, text[], jsonb) from public;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function erase_from_note(uuid, uuid, text[], int[], uuid, text[], jsonb), erase_json(jsonb, text[], text[]),
      erase_text(text, text[], text[], text[]), erasure_mark(), names_any(text, text[]);
  `);
}
