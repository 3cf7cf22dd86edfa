//! Whole-system tests: `sim/` runs a cluster in one thread, `clients/` runs real processes with real clients.
