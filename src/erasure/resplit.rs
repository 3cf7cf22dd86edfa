//! Moves the bytes of a stripe from longer cells to shorter ones, in place.

/// Bytes of a stripe lie in `cells` at a stride of `from` bytes per cell, `len` bytes in all: lays them out at a stride
/// of `to <= from` and fills the rest of each cell of `to` bytes with zeros. Each cell is the stretch of its buffer that
/// starts at `start`.
///
/// Bytes only move to a later place (a shorter cell is full sooner), so going from the last byte to the first never
/// overwrites one that is yet to be moved.
pub(crate) fn resplit<B: AsMut<[u8]>>(buffers: &mut [B], start: usize, len: usize, from: usize, to: usize) {
    assert!(to <= from && len <= buffers.len() * to, "a stripe is only ever split into shorter cells that hold it");
    for target in (0..buffers.len()).rev() {
        let begin = target * to;
        let mut end = len.min(begin + to);
        if from != to {
            while end > begin {
                let source = (end - 1) / from;
                let piece = begin.max(source * from);
                let (read, write) = (start + piece - source * from, start + piece - begin);
                move_piece(buffers, (source, read), (target, write), end - piece);
                end = piece;
            }
        }
        let used = len.clamp(begin, begin + to) - begin;
        buffers[target].as_mut()[start + used..start + to].fill(0);
    }
}

fn move_piece<B: AsMut<[u8]>>(buffers: &mut [B], from: (usize, usize), to: (usize, usize), len: usize) {
    if from.0 == to.0 {
        buffers[to.0].as_mut().copy_within(from.1..from.1 + len, to.1);
        return;
    }
    let (before, rest) = buffers.split_at_mut(to.0);
    let source = &before[from.0].as_mut()[from.1..from.1 + len];
    rest[0].as_mut()[to.1..to.1 + len].copy_from_slice(source);
}
