-- What several of the managers' verbs share.
--
-- A manager edits what he saw: a concert's version is sent along, and an edit of another version changes nothing and
-- answers false. The journal keeps what was there before.

-- Locks a concert against other managers. Sales go on: a confirm locks only its key.
create function verbs.lock_concert(concert uuid) returns concerts
language plpgsql as $$
declare
    subject concerts;
begin
    select * into subject from concerts c where c.id = concert and c.deleted_at is null for no key update;
    if not found then
        perform refuse('edits_known_concert', 'there is no such concert');
    end if;
    return subject;
end $$;

-- The same against sales too, for what ends them: it waits for confirms in flight, and those after it wait for what is
-- decided here, and then see it.
create function verbs.lock_concert_against_sales(concert uuid) returns concerts
language plpgsql as $$
declare
    subject concerts;
begin
    select * into subject from concerts c where c.id = concert and c.deleted_at is null for update;
    if not found then
        perform refuse('edits_known_concert', 'there is no such concert');
    end if;
    return subject;
end $$;

-- Tells the planner how many seats there are now. Until then a counter's plans are those of a smaller hall, and each sale
-- would read all seats of its concert. Whoever vacuums the table will count them too.
create function verbs.count_seats() returns void
language plpgsql as $$
begin
    analyze (skip_locked) seats;
end $$;

-- An edit of what belongs to a concert is an edit of the concert: other managers are to notice.
create function verbs.count_edit(concert uuid) returns void
language plpgsql as $$
begin
    update concerts c set version = c.version + 1 where c.id = concert;
end $$;

create function verbs.note_managing(operation uuid, what text, concert uuid, detail jsonb default '{}') returns void
language plpgsql as $$
begin
    perform verbs.note(operation, 'manage', jsonb_build_object('what', what, 'concert', concert) || detail);
end $$;

-- Ends holds of whatever login. The seats are locked.
create function verbs.end_holds(held uuid[]) returns void
language plpgsql as $$
begin
    update seats s
    set status = 'available', hold_token = null, held_by = null, held_on = null, hold_expires_at = null,
        last_held_by = s.held_by, last_hold_ended_at = least(s.hold_expires_at, clock_timestamp()),
        updated_at = clock_timestamp(), changed_in = pg_current_xact_id()
    where s.id = any (held) and s.status = 'temporarily_held';
end $$;

-- Ids for new seats, in order of time and of their place: a concert's seats are neighbours in every index, and a hold
-- changes pages that other holds have just changed, however many seats there ever were. With random ids each hold finds
-- pages of its own, and the first change of a page after a checkpoint is logged with the whole page. UUIDs of version 7,
-- with the place as their counter.
create function verbs.id_in_order(moment timestamptz, place bigint) returns uuid
language sql volatile as $$
    select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0')
        || '7' || lpad(to_hex(place >> 12 & 4095), 3, '0')
        || '8' || lpad(to_hex(place & 4095), 3, '0')
        || right(gen_random_uuid()::text, 12))::uuid
$$;

-- Refuses a name that a new login can't have. One that exists is never changed: whoever could give another manager a
-- password would be that manager.
create function verbs.check_new_login(login text) returns void
language plpgsql as $$
begin
    if login is null or login !~ '^[a-z][a-z0-9_]{0,39}$' or login ~ '^pg_' or login in ('public', 'none') then
        perform refuse('logins_name_is_plain', 'a login has small letters, digits and _', 40);
    end if;
    if exists (select from pg_roles r where r.rolname = login)
        or exists (
            select from counters c
            where c.login = check_new_login.login or c.display_name = check_new_login.login
        ) then
        perform refuse('logins_name_is_free', 'there is or was a login of this name, or a counter is called so');
    end if;
end $$;

-- Those who may log in as a counter or a manager; of both groups, as a manager. One whose PC is still to enrol has until
-- then.
create view verbs.logins as
select r.rolname::text as login, max(g.rolname::text) as of_group,
    max(case when isfinite(r.rolvaliduntil) then r.rolvaliduntil end) as enrols_until
from pg_auth_members m
join pg_roles g on g.oid = m.roleid and g.rolname in ('counter', 'manager')
join pg_roles r on r.oid = m.member and r.rolcanlogin and not r.rolsuper
group by r.rolname;
