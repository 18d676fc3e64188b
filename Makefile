# The few verbs of this workspace. Each installs what it misses first and says so.

# Queries are checked against the committed answers of a server, in .sqlx; `make sqlx` asks a server again.
export SQLX_OFFLINE := true

.PHONY: help run test check server bench bench-large bindings sqlx icons audit

help:
	@echo 'make run       open the counter, with a private server on this PC'
	@echo 'make test      everything that can fail: style, engine, screens, real windows'
	@echo 'make check     style and lints only'
	@echo 'make server    a throw-away server with sample concerts, until ^D; prints its URLs as JSON'
	@echo 'make bench     how fast the engine is beside the same SQL by hand; writes target/figures.json'
	@echo 'make bench-large  a hold with ten million seats in the database; writes target/figures-large.json'
	@echo 'make bindings  write the TypeScript of the commands again'
	@echo 'make sqlx      write what .sqlx knows of the queries again'
	@echo 'make icons     draw every size of the icon again'
	@echo 'make audit     licences and known holes of all that is linked in'

run:
	@exec tools/run

test:
	@exec tools/test

check:
	@exec tools/test check

server:
	@tools/set-up server
	@exec cargo run --quiet --locked --package rehearsal -- server

bench:
	@tools/set-up server
	cargo run --release --quiet --locked --package rehearsal -- bench --json target/figures.json

bench-large:
	@tools/set-up server
	cargo run --release --quiet --locked --package rehearsal -- bench --only large --json target/figures-large.json

bindings:
	@tools/set-up run
	npm --prefix ui run build
	cargo run --quiet --locked --package maepyo --example bindings ui/src/lib/bindings.ts

sqlx:
	@tools/set-up server
	@exec tools/sqlx

icons:
	@tools/set-up icons
	@exec tools/icons

audit:
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check
