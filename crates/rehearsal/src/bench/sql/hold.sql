-- Two seats that nobody else wants, held as one would type it: ask the rules, lock the login, lock and look at the seats,
-- count the login's holds, write, keep the books. As on our side, a login has 24 live holds at most.
\set pair :client_id * :share + :done + 1
\set login :client_id + 1
\set shift :done / 24
\set done :done + 1
\set one 2 * :pair - 1
\set two 2 * :pair
begin;
select c.starts_at, s.sales_after_start, s.seats_per_sale, s.hold_seconds, s.holds_per_login, s.hold_again_seconds
from concerts c, settings s
where c.id = md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid and c.status = 'published' and c.deleted_at is null;
select display_name from counters where login = 'counter_' || :login::int for no key update;
select s.id, s.label, s.section_label, s.row_label, s.seat_number, t.label, t.price, s.status, s.hold_expires_at, s.withheld,
    s.held_by, s.last_held_by, s.last_hold_ended_at
from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
where s.id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid)
    and s.concert_id = md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid and s.deleted_at is null
order by s.id
for update of s;
select count(distinct hold_token) from seats
where held_by = 'counter_' || :login::int || '_' || :shift::int and hold_expires_at > clock_timestamp();
update seats
set status = 'temporarily_held', hold_token = md5('hold ' || :pair::int)::uuid,
    held_by = 'counter_' || :login::int || '_' || :shift::int, hold_expires_at = clock_timestamp() + interval '5 minutes'
where id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid);
insert into journal (op_id, kind, counter, detail)
values (gen_random_uuid(), 'hold', 'counter', jsonb_build_object(
    'concert', md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid,
    'seats', jsonb_build_array(md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid)));
commit;
