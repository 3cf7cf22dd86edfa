//! The simulated thing: one thread, one seed.
