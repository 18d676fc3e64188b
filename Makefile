# The few verbs of this workspace. Each installs what it misses first and says so.

# Queries are checked against the committed answers of a server, in .sqlx; `make sqlx` asks a server again.
export SQLX_OFFLINE := true

.PHONY: help run admin test check server bench bench-large season opening ticket rehearse mutants bindings sqlx icons audit package package-test

help:
	@echo 'make run       open the counter, with a private server on this PC'
	@echo 'make admin     open the managers’ program; both can be open on one PC'
	@echo 'make test      everything that can fail: style, engine, screens, real windows'
	@echo 'make check     style and lints only'
	@echo 'make server    a throw-away server with sample concerts, until ^D; prints its URLs as JSON'
	@echo 'make bench     how fast the engine is beside the same SQL by hand; writes target/figures.json'
	@echo 'make bench-large  a hold, a cancel and a month of the journal in a database that sold for years; writes target/figures-large.json'
	@echo 'make season    sell 10.7 million seats hall by hall and judge them, an hour; writes target/season.md'
	@echo 'make opening   how long the large hall takes from click to drawn, in a release build'
	@echo 'make ticket    how long a ticket takes from Enter to the print service, in a release build'
	@echo 'make rehearse  many counters, real faults, and a checker, for MINUTES=3 from SEED=1 (docs/rehearsal.md)'
	@echo 'make mutants   seed twelve bugs, one at a time, and show that the checker finds each'
	@echo 'make bindings  write the TypeScript of the commands again'
	@echo 'make sqlx      write what .sqlx knows of the queries again'
	@echo 'make icons     draw every size of the icon again'
	@echo 'make package   both programs as signed packages, with all that Debian 12 needs for them, in target/package'
	@echo 'make package-test  install, sell, upgrade and tamper with them in a clean Debian 12 without network'
	@echo 'make audit     licences and known holes of all that is linked in'

run:
	@exec tools/run

admin:
	@exec tools/run admin

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
	cargo run --release --quiet --locked --package rehearsal -- bench --only large --only past-sales --only journal --json target/figures-large.json

season:
	@tools/set-up server
	cargo run --release --quiet --locked --package rehearsal -- season --report target/season.md

opening:
	@tools/set-up test
	npm --prefix ui run build --silent
	cargo test --release --locked --package maepyo --test window -- --ignored --nocapture how_long_the_large_hall

ticket:
	@tools/set-up test
	npm --prefix ui run build --silent
	cargo test --release --locked --package maepyo --test window -- --ignored --nocapture how_long_a_ticket

MINUTES ?= 3
SEED ?= 1
COUNTERS ?= 32
REPORT ?= target/rehearsal.md

rehearse:
	@tools/set-up rehearse
	cargo run --release --locked --package rehearsal -- faults --seed $(SEED) --minutes $(MINUTES) --counters $(COUNTERS) --report $(REPORT)
	@echo 'The report is in $(REPORT).'

mutants:
	@tools/set-up server
	cargo run --locked --package rehearsal -- mutants $(if $(ONLY),--only $(ONLY))

bindings:
	@tools/set-up run
	npm --prefix ui run build
	cargo run --quiet --locked --package maepyo --example bindings ui/src/lib/bindings.ts ui/src/lib/limits.ts
	cargo run --quiet --locked --package maepyo --features admin --example bindings ui/src/lib/bindings.admin.ts

sqlx:
	@tools/set-up server
	@exec tools/sqlx

icons:
	@tools/set-up icons
	@exec tools/icons

audit:
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check

package:
	@exec tools/package

package-test:
	@tools/package-test "$$(tools/package)"
