//! What Lanyard answers itself.
