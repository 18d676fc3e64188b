//! What logins may do, read from the catalogs: read, and call verbs.

use std::collections::BTreeSet;

use crate::support::World;

async fn rows(world: &World, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&mut world.owner().await).await.unwrap()
}

#[tokio::test]
async fn no_login_may_write_any_table_by_table_or_by_column() {
    let world = World::new().await;
    let grants = "
        select format('%s may %s %s', grantee::regrole, privilege, name) from (
            select (a).grantee, (a).privilege_type as privilege, c.oid::regclass::text as name, c.relowner
            from pg_class c, aclexplode(c.relacl) a
            where c.relnamespace in ('public'::regnamespace, 'verbs'::regnamespace)
            union all
            select (a).grantee, (a).privilege_type, t.attrelid::regclass::text || '.' || t.attname, c.relowner
            from pg_attribute t join pg_class c on c.oid = t.attrelid, aclexplode(t.attacl) a
            where c.relnamespace in ('public'::regnamespace, 'verbs'::regnamespace)
        ) granted
        where privilege <> 'SELECT' and grantee <> relowner";
    assert_eq!(rows(&world, grants).await, Vec::<String>::new());
    // The control: the same question finds a grant where there is one.
    world.as_owner("grant update (label) on seats to counter").await;
    assert_eq!(rows(&world, grants).await, ["counter may UPDATE seats.label"]);
}

#[tokio::test]
async fn nobody_but_the_groups_may_call_anything_of_ours() {
    let world = World::new().await;
    let open = rows(
        &world,
        "select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace::regnamespace::text in ('public', 'verbs', 'counter', 'manager')
            and has_function_privilege('public', p.oid, 'execute')",
    )
    .await;
    assert_eq!(open, Vec::<String>::new());
    let of_managers = rows(
        &world,
        "select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace::regnamespace::text in ('verbs', 'manager') and has_function_privilege('counter', p.oid, 'execute')",
    )
    .await;
    assert_eq!(of_managers, Vec::<String>::new());
}

#[tokio::test]
async fn every_verb_is_pinned_and_belongs_to_a_role_that_is_no_superuser_and_nobodys_login() {
    let world = World::new().await;
    let loose = rows(
        &world,
        "select p.oid::regprocedure::text from pg_proc p join pg_roles r on r.oid = p.proowner
        where p.pronamespace::regnamespace::text in ('counter', 'manager')
            and not (p.prosecdef and r.rolname = 'box_office' and not r.rolsuper and not r.rolcanlogin
                and exists (select from unnest(p.proconfig) as setting where setting like 'search_path=%pg_temp'))",
    )
    .await;
    assert_eq!(loose, Vec::<String>::new());
    let verbs = rows(&world, "select proname::text from pg_proc where pronamespace = 'counter'::regnamespace").await;
    let files: BTreeSet<String> = box_office::setup::verbs()
        .filter_map(|(path, _)| Some(path.strip_prefix("counter/")?.strip_suffix(".sql")?.to_owned()))
        .collect();
    assert_eq!(verbs.into_iter().collect::<BTreeSet<_>>(), files, "a file is one verb");
}

/// What only a superuser can take away, and did.
#[tokio::test]
async fn public_has_no_temporary_tables_do_blocks_large_objects_advisory_locks_or_wal_messages() {
    let world = World::new().await;
    let left = rows(
        &world,
        "select p.oid::regprocedure::text from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace and has_function_privilege('public', p.oid, 'execute')
            and (p.proname ~ '^pg_(try_)?advisory_' or p.proname ~ '^lo_' or p.proname in ('loread', 'lowrite')
                or p.proname in ('pg_logical_emit_message', 'pg_current_xact_id', 'txid_current'))
        union all
        select lanname::text from pg_language where lanname = 'plpgsql' and has_language_privilege('public', oid, 'usage')
        union all
        select 'temporary tables' where has_database_privilege('public', current_database(), 'temporary')",
    )
    .await;
    assert_eq!(left, Vec::<String>::new());
}
