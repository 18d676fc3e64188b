-- Four of the hottest seats, locked in order, held if all are free and given back; the loser learns which are gone.
\set done :done + 1
\set first random(0, :hot - 1)
\set second :first + random(1, :step)
\set third :second + random(1, :step)
\set fourth :third + random(1, :step)
begin;
select count(*) filter (where status = 'available' or hold_expires_at <= clock_timestamp()) as free,
    coalesce(string_agg(label, ',') filter (where status <> 'available'), '-') as lost
from (
    select label, status, hold_expires_at from seats
    where id in (
        md5('seat ' || :first::int % :hot::int + 1)::uuid, md5('seat ' || :second::int % :hot::int + 1)::uuid,
        md5('seat ' || :third::int % :hot::int + 1)::uuid, md5('seat ' || :fourth::int % :hot::int + 1)::uuid)
    order by id
    for update
) as locked \gset
\if :free = 4
update seats
set status = 'temporarily_held', hold_token = md5('hold ' || :client_id::int || ' ' || :done::int)::uuid,
    held_by = session_user, hold_expires_at = clock_timestamp() + interval '5 minutes'
where id in (
    md5('seat ' || :first::int % :hot::int + 1)::uuid, md5('seat ' || :second::int % :hot::int + 1)::uuid,
    md5('seat ' || :third::int % :hot::int + 1)::uuid, md5('seat ' || :fourth::int % :hot::int + 1)::uuid);
insert into journal (op_id, kind, detail)
values (gen_random_uuid(), 'hold', jsonb_build_object('first', :first::int));
commit;
begin;
select id from seats
where id in (
        md5('seat ' || :first::int % :hot::int + 1)::uuid, md5('seat ' || :second::int % :hot::int + 1)::uuid,
        md5('seat ' || :third::int % :hot::int + 1)::uuid, md5('seat ' || :fourth::int % :hot::int + 1)::uuid)
    and hold_token = md5('hold ' || :client_id::int || ' ' || :done::int)::uuid
order by id
for update;
update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
where id in (
        md5('seat ' || :first::int % :hot::int + 1)::uuid, md5('seat ' || :second::int % :hot::int + 1)::uuid,
        md5('seat ' || :third::int % :hot::int + 1)::uuid, md5('seat ' || :fourth::int % :hot::int + 1)::uuid)
    and hold_token = md5('hold ' || :client_id::int || ' ' || :done::int)::uuid;
insert into journal (op_id, kind, detail)
values (gen_random_uuid(), 'release', jsonb_build_object('first', :first::int));
commit;
\else
rollback;
\endif
