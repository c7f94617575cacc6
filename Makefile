# The few commands. Each installs what it misses; see scripts/.
.DEFAULT_GOAL := run
.PHONY: run build dev test bench fmt lint clean

run: build      ## build in release and serve; prints the address
	@scripts/run

build:          ## target/release/matinee and target/site
	@scripts/build

dev:            ## rebuild and reload on every change
	@scripts/dev

test:           ## format, lints, unit, integration and browser tests
	@scripts/test

bench:          ## measure against rqbit, webtorrent and nginx; writes docs/performance.md
	@scripts/bench

fmt:            ## format the code
	@scripts/cargo fmt --all

lint:           ## clippy, warnings denied, for the server and for the browser
	@scripts/lint

clean:
	@scripts/cargo clean
