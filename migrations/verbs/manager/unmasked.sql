-- Step 2: name and phone, to the login whose note was committed before, so that rolling back never hides that somebody
-- looked.
create function manager.unmasked(operation uuid) returns table (customer_name text, phone_number text)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    perform verbs.begin();
    return query
    select r.customer_name, r.phone_number
    from journal j join reservations r on r.id = j.reservation_id
    where j.op_id = operation and j.who = session_user and j.kind = 'manage' and j.detail ->> 'what' = 'unmask'
        and j.written_in <> pg_current_xact_id() and j.at > clock_timestamp() - interval '1 minute';
end $$;
