//! The data path in simulation: real metadata, real fragment stores on simulated disks, faults between them.

mod appends;
mod copies;
mod encrypted;
mod faulty;
mod keys;
mod losses;
mod marks;
mod placement;
mod pressure;
mod races;
mod renames;
mod sizes;
mod support;
mod updates;
mod uploads;
