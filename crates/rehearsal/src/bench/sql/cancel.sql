-- A sale of two seats that this counter looked up, cancelled as one would type it: ask whether it was looked up and is in
-- time, lock the reservation and its seats, write, keep the books.
\set pair :client_id * :share + :done + 1
\set done :done + 1
\set one 2 * :pair - 1
\set two 2 * :pair
begin;
select t.who, t.answered_at from look_up_tickets t
where t.reservations @> array[md5('sale ' || :round::int || ' ' || :pair::int)::uuid];
select r.status, c.starts_at, s.cancel_cutoff_minutes from reservations r join concerts c on c.id = r.concert_id, settings s
where r.id = md5('sale ' || :round::int || ' ' || :pair::int)::uuid
for update of r;
select s.id, s.status from seats s join reservation_seats rs on rs.seat_id = s.id
where rs.reservation_id = md5('sale ' || :round::int || ' ' || :pair::int)::uuid and rs.released_at is null
order by s.id
for update of s;
update reservations set status = 'cancelled', cancelled_at = clock_timestamp()
where id = md5('sale ' || :round::int || ' ' || :pair::int)::uuid;
update reservation_seats set released_at = clock_timestamp()
where reservation_id = md5('sale ' || :round::int || ' ' || :pair::int)::uuid and released_at is null;
update seats set status = 'available'
where id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid);
insert into journal (op_id, kind, counter, reservation_id, detail)
values (gen_random_uuid(), 'cancel', 'counter', md5('sale ' || :round::int || ' ' || :pair::int)::uuid, jsonb_build_object(
    'concert', md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid,
    'reservation', md5('sale ' || :round::int || ' ' || :pair::int)::uuid,
    'seats', jsonb_build_array(md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid)));
commit;
