//! How much of a body is read whole.

/// The most bytes that are read of any body: what one account may hold of the room for bodies.
const BYTES_MAX: usize = 16 << 20;
/// The most bytes of a body that nothing but its signature needs whole, since no header declares its hash. Clients that
/// send more declare it.
///
/// Evidence: the quotas in Lambda's guide, for the largest payload of one piece.
pub(super) const STREAMED_BYTES_MAX: usize = 6 << 20;

/// How much is read of a body in which something decides. `wanted`: what its service takes at most.
pub(super) fn whole(wanted: usize) -> usize {
    wanted.min(BYTES_MAX)
}
