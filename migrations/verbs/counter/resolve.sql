-- Settles an operation whose answer was lost. The void row waits for one that is still in flight, and keeps a late one
-- out. The question itself is noted each time: a row that was there already is no write, and with a synchronous standby
-- the answer would not wait for what it rests on.
create function counter.resolve(operation uuid, out kind text, out outcome text, out detail jsonb)
language plpgsql security definer
set search_path = public, pg_temp set lock_timeout = '2s' as $$
#variable_conflict use_column
begin
    perform verbs.begin();
    insert into journal (op_id, kind, outcome) values (operation, 'resolve', 'void') on conflict do nothing;
    perform verbs.note(gen_random_uuid(), 'resolve', jsonb_build_object('operation', operation));
    select j.kind, j.outcome, j.detail into kind, outcome, detail
    from journal j where j.op_id = operation and j.who = session_user;
end $$;
