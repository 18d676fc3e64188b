-- Step 1 of a look-up without a password, at a counter: a manager signs for it. It finds the reservations of a phone, or the
-- one whose id ends as its number does, and is that counter's to answer, to read, and within ten minutes to print or to
-- cancel. Each try is in the journal, whatever it finds. After ten wrong ones of a counter, wait_seconds tells how long.
create function manager.vouch(
    operation uuid, for_login text, phone text, number_ending text, out ticket uuid, out wait_seconds int
)
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    free_again timestamptz;
begin
    perform verbs.begin();
    if not exists (select from verbs.logins l where l.login = for_login) then
        perform refuse('logins_known', 'there is no such login');
    end if;
    if num_nonnulls(phone, number_ending) <> 1 or not coalesce(is_phone(phone), true)
        or not coalesce(number_ending ~ '^[0-9a-f]{10}$', true) then
        perform refuse('vouchers_name_a_sale', 'a manager vouches for a phone or a number');
    end if;

    -- Lock and look: numbers are guessed no more often than passwords.
    perform verbs.queue_up('login ' || for_login);
    select t.opened_at + interval '15 minutes' into free_again
    from look_up_tickets t
    where t.who = for_login and t.vouched_by is not null and cardinality(t.reservations) = 0
        and t.opened_at > clock_timestamp() - interval '15 minutes'
    order by t.opened_at desc offset 9 limit 1;
    wait_seconds := verbs.seconds_until(free_again);

    -- Write.
    if wait_seconds = 0 then
        insert into look_up_tickets (phone_number, id_ending, vouched_by, who)
        values (coalesce(phone, ''), number_ending, session_user, for_login)
        returning id into ticket;
    end if;
    perform verbs.note_managing(operation, 'vouch', null, jsonb_build_object(
        'for', for_login, 'by', case when phone is null then 'number' else 'phone' end));
end $$;
