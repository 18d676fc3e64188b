-- Which programs this server serves; no other place says so. `number` grows with each change of what programs call or read,
-- together with INTERFACE in crates/box-office/src/setup.rs. `oldest` follows once a program of an earlier number could no
-- longer sell right, and then `oldest_version` is the first version that had that number: the one to install. A program from
-- `oldest` on is served, whatever was added since. Programs of all times read this, so its own shape stays.
create function counter.interface(out number int, out oldest int, out oldest_version text)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    number := 1;
    oldest := 1;
    oldest_version := '0.1.0';
end $$;
