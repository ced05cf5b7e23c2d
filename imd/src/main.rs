//! imd.
fn main() {}
