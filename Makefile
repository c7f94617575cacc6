# The few commands. Each installs what it misses; see scripts/.
.DEFAULT_GOAL := run
.PHONY: run build dev test bench sync soak kills fmt lint clean

run: build      ## build in release and serve; prints the address
	@scripts/run

build:          ## target/release/matinee and target/site
	@scripts/build

dev:            ## rebuild and reload on every change
	@scripts/dev

test:           ## format, lints, unit, integration and browser tests
	@scripts/test

bench:          ## measure against rqbit, webtorrent, nginx and Socket.IO; writes docs/performance.md and docs/rooms.md
	@scripts/bench

sync:           ## how far apart browsers in one room are, part of bench; writes docs/rooms.md
	@scripts/sync

soak:           ## half an hour of rooms that open and close; writes docs/rooms.md
	@scripts/soak

kills:          ## 200 kills at random moments under load, and what is there afterwards; writes docs/durability.md
	@scripts/kills

fmt:            ## format the code
	@scripts/cargo fmt --all

lint:           ## clippy, warnings denied, for the server and for the browser
	@scripts/lint

clean:
	@scripts/cargo clean
