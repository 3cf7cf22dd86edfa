//! Requests and what they are, table by table.
