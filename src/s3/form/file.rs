//! The file of a form: bytes up to the next boundary, wherever the pieces are cut.

use bytes::Bytes;

/// Finds the end of the file.
///
/// The delimiter begins with a carriage return and holds no other. So the bytes that may yet turn out to be its beginning
/// are known from their number alone, and if they turn out not to be, none of them but the first can begin it anew: what is
/// held back needs neither a copy nor a second look.
pub(super) struct FileScanner {
    delimiter: Bytes,
    /// How many bytes of the delimiter were seen last, and are held back.
    held: usize,
}

impl FileScanner {
    pub(super) fn new(delimiter: String) -> Self {
        debug_assert_eq!(delimiter.rfind('\r'), Some(0), "a delimiter has one carriage return, its first byte");
        Self { delimiter: Bytes::from(delimiter), held: 0 }
    }

    /// Appends the file's bytes in `input` to `out`; gives what follows the delimiter once it is found.
    pub(super) fn push(&mut self, mut input: Bytes, out: &mut Vec<Bytes>) -> Option<Bytes> {
        loop {
            if self.held == 0 {
                let start = input.iter().position(|byte| *byte == b'\r').unwrap_or(input.len());
                let before = input.split_to(start);
                if !before.is_empty() {
                    out.push(before);
                }
            }
            if input.is_empty() {
                return None;
            }
            let wanted = self.delimiter.get(self.held..).unwrap_or_default();
            let same = wanted.iter().zip(&input).take_while(|(wanted, got)| wanted == got).count();
            self.held += same;
            let rest = input.split_off(same);
            if self.held == self.delimiter.len() {
                return Some(rest);
            }
            if rest.is_empty() {
                return None;
            }
            // Not the delimiter after all. With nothing held the first byte is a carriage return, so this goes forward.
            out.push(self.delimiter.slice(..self.held));
            self.held = 0;
            input = rest;
        }
    }
}
