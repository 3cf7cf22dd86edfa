//! Collection in simulation: a real metadata node, real fragment stores on simulated disks, faults between them.

mod background;
mod faults;
mod faulty;
mod rounds;
mod support;
