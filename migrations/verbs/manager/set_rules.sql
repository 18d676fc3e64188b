-- Changes the rules for every counter from its next hold on. Running holds keep their time.
create function manager.set_rules(
    operation uuid, seen bigint, hold_seconds int, seats_per_sale int, cancel_cutoff_minutes int,
    sales_after_start boolean, time_zone text, walk_up_sales boolean, other_phones boolean
) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    before settings;
begin
    perform verbs.begin();
    select * into before from settings s for no key update;
    if before.version is distinct from seen then
        return false;
    end if;
    -- Areas and places only: of the server's own names ('localtime', 'posix/…', 'Factory') a screen can't show a date.
    if not exists (
        select from pg_timezone_names z
        where z.name = time_zone and z.name ~ '^(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+)$'
    ) then
        perform refuse('settings_time_zone_known', 'the server knows no such time zone');
    end if;
    update settings s
    set hold_seconds = set_rules.hold_seconds, seats_per_sale = set_rules.seats_per_sale,
        cancel_cutoff_minutes = set_rules.cancel_cutoff_minutes, sales_after_start = set_rules.sales_after_start,
        time_zone = set_rules.time_zone, walk_up_sales = set_rules.walk_up_sales,
        other_phones = set_rules.other_phones, version = s.version + 1;
    perform verbs.note_managing(operation, 'set_rules', null, jsonb_build_object(
        'was', to_jsonb(before) - 'only_row' - 'version'));
    return true;
end $$;
