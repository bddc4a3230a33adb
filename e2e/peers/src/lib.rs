//! What the programs of this package share: how a test sees what reached the store.

pub mod tap;
