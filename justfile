# Thin names over the same commands; `just` without a name lists them.

_default:
    @just --list

# Build everything and run the product
serve *arguments:
    cargo xtask serve {{arguments}}

# Run a debug build with an owner account, and rebuild what changes
dev *arguments:
    cargo xtask dev {{arguments}}

# Run everything CI runs
test *arguments:
    cargo xtask test {{arguments}}

# What CI itself calls
ci:
    .ci/run

# Write openapi/ anew from the code
openapi:
    cargo xtask openapi

# Measure speed and memory beside floors of the same run (about ten minutes; the machine should do nothing else)
bench *arguments:
    cargo build --release --package api --package bench
    target/release/bench load {{arguments}}

# Take the pictures of every screen
screenshots:
    cargo xtask screenshots

# Break nodes, Postgres and links under load, and check every promise
torture *arguments:
    cargo build --release --package api --package bench
    target/release/bench torture {{arguments}}

# Show that the checker catches each fault put into the server
seeded-faults *arguments:
    cargo build --package api --package bench --features api/seeded-faults
    target/debug/bench torture --seeded-faults {{arguments}}
