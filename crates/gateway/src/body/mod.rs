//! Bodies of clients, checked while they stream.
