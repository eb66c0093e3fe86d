import type { Knex } from 'knex';

// Erasing again what an older backup brought back. Names and pseudonyms are no longer known in the record; they are there
// in the data that came back, which is why it is done from there: the withdrawal is put back as it was confirmed, and the
// same erasure runs. For the database's owner alone, before the program lets anybody in.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create function erase_again(of_study uuid, of_participant uuid, of_withdrawal uuid, asked_by uuid, confirmed uuid,
      asked_on date, real_names text[]) returns boolean language plpgsql
      set search_path = pg_catalog, public, pg_temp as $$
    declare left_at timestamptz;
    begin
      if not exists (select from participants where id = of_participant and study_id = of_study and erased_at is null) then
        return false;
      end if;
      perform set_config('app.study', of_study::text, true), set_config('app.member', confirmed::text, true);
      insert into withdrawals (id, study_id, participant_id, scope, withdrawn_on, prior_consent, requested_by, confirmed_by, confirmed_at)
        select of_withdrawal, of_study, of_participant, 'erasure', asked_on, consent, asked_by, confirmed, now()
          from participants where id = of_participant
      on conflict (id) do update set cancelled_at = null, cancelled_by = null, erased_at = null,
        confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at;
      update participants set consent = 'withdrawn', withdrawal_scope = 'erasure', withdrawn_on = asked_on where id = of_participant;
      -- Whoever confirmed it may have left by then: it was confirmed all the same.
      select ended_at into left_at from memberships where id = confirmed;
      update memberships set ended_at = null where id = confirmed and left_at is not null;
      perform erase_participant(of_withdrawal, real_names);
      update memberships set ended_at = left_at where id = confirmed and left_at is not null;
      return true;
    end $$;
    revoke execute on function erase_again(uuid, uuid, uuid, uuid, uuid, date, text[]) from public;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function erase_again(uuid, uuid, uuid, uuid, uuid, date, text[])');
}
