-- Holds all of these seats for this login, or none of them; the hold's token is the operation's id. Tells how each one
-- stands now: 'mine' with the time left, or who has it. What is not told is no seat of this concert.
create function counter.hold_seats(operation uuid, of_concert uuid, wanted uuid[], pc uuid default null)
returns table (id uuid, label text, section text, "row" text, number int, tier text, price bigint, state text,
    counter text, held boolean, expires_in_ms int)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
#variable_conflict use_column
declare
    me constant text := session_user;
    rules record;
    seen_free int;
    free record;
    all_free boolean default false;
begin
    perform verbs.begin();

    -- What the venue allows, asked before anything is locked.
    select c.starts_at, c.sales_paused, s.* into rules
    from concerts c, settings s
    where c.id = of_concert and c.status = 'published' and c.deleted_at is null;
    case
        when not found then perform refuse('holds_concert_on_sale', 'the concert is not on sale');
        when rules.sales_paused then
            perform refuse('holds_while_on_sale', 'the sale is paused');
        when not rules.sales_after_start and rules.starts_at <= clock_timestamp() then
            perform refuse('holds_in_time', 'the concert has begun');
        when coalesce(cardinality(wanted), 0) not between 1 and rules.seats_per_sale then
            perform refuse('holds_seats_per_sale', 'a hold has at least one seat and no more than the setting',
                rules.seats_per_sale);
        else null;
    end case;

    -- Look: what is plainly taken costs neither a lock nor a wait for the disk.
    perform from seats s
    where s.id = any (wanted) and s.concert_id = of_concert and s.deleted_at is null
        and seat_state(s.status, s.withheld, s.hold_expires_at, s.held_by) = 'available';
    get diagnostics seen_free = row_count;
    if seen_free = cardinality(wanted) then
        -- Lock: the login, then the seats in id order, so that two counters after the same seats queue up instead of
        -- deadlocking. Look again at each locked seat, by a clock that is read after its lock was granted: what is free
        -- then stays free.
        perform verbs.lock_login();
        select
            count(*) filter (
                where seat_state(locked.status, locked.withheld, locked.hold_expires_at, locked.held_by) = 'available'
            ) as seats,
            max(greatest(
                case when locked.held_by = me then locked.hold_expires_at end,
                case when locked.last_held_by = me then locked.last_hold_ended_at end
            )) as mine_until
        into free
        from (
            select s.* from seats s
            where s.id = any (wanted) and s.concert_id = of_concert and s.deleted_at is null
            order by s.id
            for update
        ) as locked;
        all_free := free.seats = cardinality(wanted);
    end if;

    -- Write.
    if all_free then
        if verbs.live_holds() >= rules.holds_per_login then
            perform refuse('holds_per_login', 'a login has no more holds than the setting', rules.holds_per_login);
        end if;
        if free.mine_until > clock_timestamp() - make_interval(secs => rules.hold_again_seconds) then
            perform refuse('holds_after_pause', 'a login takes a seat again only after a pause', rules.hold_again_seconds);
        end if;
        update seats s
        set status = 'temporarily_held', hold_token = operation, held_by = me, held_on = pc,
            hold_expires_at = clock_timestamp() + make_interval(secs => rules.hold_seconds),
            updated_at = clock_timestamp(), changed_in = pg_current_xact_id()
        where s.id = any (wanted);
        perform verbs.note(operation, 'hold', jsonb_build_object('concert', of_concert, 'seats', to_jsonb(wanted)));
    else
        -- A refused hold writes nothing, so it commits without waiting for the disk.
        perform set_config('synchronous_commit', 'off', true);
    end if;

    -- Tell.
    return query
    select t.id, t.label, t.section, t."row", t.number, t.tier, t.price, t.state, t.counter, all_free, t.expires_in_ms
    from verbs.seats_as_told t
    where t.id = any (wanted) and t.concert_id = of_concert
    order by t.section, t.row_number, t."row", t.number, t.label;
end $$;
