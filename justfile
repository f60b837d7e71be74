# `just` without a name lists these.
default:
    @just --list --unsorted

# Start the service with the simulator and the sample county.
run:
    cargo run

# All tests, on SQLite; on PostgreSQL too where TUANQING_TEST_DATABASE_URL names a server.
test *args:
    cargo test {{args}}

# Everything that must be green before a merge.
ci:
    .ci/run

# Format.
fmt:
    cargo fmt --all

# Format and lints, as in ci.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Drive the running service with signed check-ins; PostgreSQL too where TUANQING_BENCH_POSTGRES names a server.
bench: && bench-duties bench-similar
    cargo bench --bench load

# How everybody stands with eight duties, over three million records.
bench-duties:
    cargo bench --bench duties

# Looking up similar questions among a million published ones; PostgreSQL too, as above.
bench-similar:
    cargo bench --bench similar

# Kill the service in mid-load, many times, and look for anything lost or done twice.
kill kills="40":
    TUANQING_KILLS={{kills}} cargo test --test it durability -- --nocapture

# Taizhou's year of questions through the real HTTP surface; PostgreSQL where TUANQING_TEST_DATABASE_URL names a server.
replay-taizhou questions="11495":
    TUANQING_REPLAY={{questions}} cargo test --test it taizhou -- --nocapture

# Licences, advisories, sources and banned crates (needs cargo-deny).
deny:
    cargo deny check

# Dependencies that nobody uses (needs cargo-machete).
machete:
    cargo machete
