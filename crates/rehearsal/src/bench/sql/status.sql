-- The status of every seat of one hall, as one would type it.
select s.id, s.status, s.withheld_for, s.hold_expires_at, s.held_by from seats s
where s.concert_id = md5('concert 1')::uuid and s.deleted_at is null;
