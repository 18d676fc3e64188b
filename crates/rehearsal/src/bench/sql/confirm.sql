-- Two seats under this counter's hold, sold as one would type it: lock the concert, which may be about to be archived, lock
-- and look at the seats, write, keep the books. The password is hashed already.
\set pair :client_id * :share + :done + 1
\set done :done + 1
\set one 2 * :pair - 1
\set two 2 * :pair
begin;
select c.title, c.venue, c.starts_at, s.sales_after_start from concerts c, settings s
where c.id = md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid and c.status = 'published' and c.deleted_at is null
for key share of c;
select s.id, s.label, s.section_label, s.row_label, s.seat_number, t.label, t.price, s.hold_token, s.hold_expires_at
from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
where s.id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid)
order by s.id
for update of s;
insert into reservations (id, concert_id, sold_by, customer_name, phone_number, password_hash)
values (
    md5('sale ' || :round::int || ' ' || :pair::int)::uuid,
    md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid, 'counter_' || :client_id::int + 1, '홍길동',
    '010' || lpad(((:round::bigint * 1000003 + :pair) % 100000000)::text, 8, '0'),
    '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g');
insert into reservation_seats (reservation_id, seat_id, concert_id, price)
values
    (md5('sale ' || :round::int || ' ' || :pair::int)::uuid, md5('seat ' || :one::int)::uuid,
        md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid, 50000),
    (md5('sale ' || :round::int || ' ' || :pair::int)::uuid, md5('seat ' || :two::int)::uuid,
        md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid, 50000);
update seats set status = 'reserved', hold_token = null, held_by = null, hold_expires_at = null
where id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid);
insert into journal (op_id, kind, counter, reservation_id, detail)
values (gen_random_uuid(), 'confirm', 'counter', md5('sale ' || :round::int || ' ' || :pair::int)::uuid, jsonb_build_object(
    'concert', md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid,
    'seats', jsonb_build_array(md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid),
    'total', 100000));
commit;
