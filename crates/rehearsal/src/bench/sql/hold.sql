-- Two seats that nobody else wants, held as one would type it: look, lock, write, keep the books.
\set pair :client_id * :share + :done + 1
\set done :done + 1
\set one 2 * :pair - 1
\set two 2 * :pair
begin;
select id, label, status, hold_expires_at, withheld_for from seats
where id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid)
for update;
update seats
set status = 'temporarily_held', hold_token = md5('hold ' || :pair::int)::uuid, held_by = session_user,
    hold_expires_at = clock_timestamp() + interval '5 minutes'
where id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid);
insert into journal (op_id, kind, detail)
values (gen_random_uuid(), 'hold', jsonb_build_object(
    'concert', md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid,
    'seats', jsonb_build_array(md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid)));
commit;
