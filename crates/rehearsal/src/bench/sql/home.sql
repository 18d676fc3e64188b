-- What is left of every concert on sale, as one would type it.
select c.id, c.title, c.venue, c.starts_at, count(*),
    count(*) filter (where s.status <> 'reserved' and s.withheld_for is null),
    count(*) filter (where s.status = 'temporarily_held' and s.hold_expires_at > now()),
    min(t.price)
from concerts c
join seats s on s.concert_id = c.id
join concert_seat_tiers t on t.id = s.seat_tier_id
where c.status = 'published' and c.deleted_at is null and s.deleted_at is null
group by c.id
order by c.starts_at, c.title;
