//! The seams: clock, randomness, tasks, disk, network, key-value engine.
