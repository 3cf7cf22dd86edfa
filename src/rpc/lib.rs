//! Connections, deadlines and messages between processes.
