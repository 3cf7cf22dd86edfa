//! The body of a form, as it arrives.

use bytes::{Buf, Bytes, BytesMut};

use super::file::FileScanner;
use super::part_head::{PartHead, malformed};
use super::{FormBoundary, FormFields};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::FORM_FIELDS_BYTES_MAX;

/// A first boundary needs no line break before it; with one put there it is found as all others are.
const ADDED: &[u8] = b"\r\n";

/// Takes a form and gives its fields, then the bytes of its file. What follows the file is ignored, as S3 has it.
///
/// # Invariants
///
/// After an error every further call gives that error. No byte of the file is given before the fields are complete.
pub struct FormDecoder {
    state: State,
    delimiter: String,
    fields: FormFields,
    /// Bytes of the file so far.
    file_bytes: u64,
    failed: Option<S3Error>,
}

enum State {
    /// Fields are collected, each looked at when it is complete.
    Fields {
        /// What is not yet understood.
        pending: BytesMut,
        /// Where the search for the end of the pending piece goes on.
        searched: usize,
        /// What the pending piece is.
        piece: Piece,
        /// Bytes taken so far, framing included.
        taken: usize,
    },
    /// The file passes through.
    File(FileScanner),
    /// The file has ended: these are the first bytes behind its boundary, which say whether it was one.
    After(Vec<u8>),
}

enum Piece {
    /// Everything up to the first boundary.
    Preamble,
    /// The rest of a boundary's line.
    BoundaryEnd,
    /// Headers of a part.
    Head,
    /// The value of a field.
    Value(String),
}

impl FormDecoder {
    /// Starts on a body.
    pub fn new(boundary: &FormBoundary) -> Self {
        let pending = BytesMut::from(ADDED);
        let state = State::Fields { pending, searched: 0, piece: Piece::Preamble, taken: 0 };
        let (delimiter, fields) = (boundary.delimiter(), FormFields::default());
        Self { state, delimiter, fields, file_bytes: 0, failed: None }
    }

    /// Takes the next bytes of the body and appends the file's bytes in them to `out`, without copying more of those than
    /// came in one piece with the fields, which is bounded by the fields' limit.
    ///
    /// # Errors
    ///
    /// `MalformedPOSTRequest`; `MaxPostPreDataLengthExceededError` for fields that are too long together;
    /// `InvalidArgument` for a field that comes twice or is not text, and for a form without a file.
    pub fn push(&mut self, input: Bytes, out: &mut Vec<Bytes>) -> Result<(), S3Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let before = out.len();
        let pushed = self.advance(input, out);
        self.file_bytes += out.iter().skip(before).map(|bytes| bytes.len() as u64).sum::<u64>();
        pushed.inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// The fields, once all of them are there.
    pub fn fields(&self) -> Option<&FormFields> {
        match self.state {
            State::Fields { .. } => None,
            State::File(_) | State::After(_) => Some(&self.fields),
        }
    }

    /// Bytes of the file so far.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// Takes the end of the body; gives the length of the file.
    ///
    /// # Errors
    ///
    /// `MalformedPOSTRequest` for a body that ends before its file does.
    pub fn finish(self) -> Result<u64, S3Error> {
        match (self.failed, self.state) {
            (Some(error), _) => Err(error),
            (None, State::After(first)) if matches!(first.as_slice(), b"--" | b"\r\n") => Ok(self.file_bytes),
            (None, _) => Err(malformed()),
        }
    }

    fn advance(&mut self, input: Bytes, out: &mut Vec<Bytes>) -> Result<(), S3Error> {
        let mut input = Some(input);
        while let Some(bytes) = input.take() {
            match &mut self.state {
                State::Fields { pending, .. } => {
                    // One byte more than may be held, so that too much is seen.
                    let room = (FORM_FIELDS_BYTES_MAX + ADDED.len() + 1).saturating_sub(pending.len());
                    let mut bytes = bytes;
                    let rest = bytes.split_off(room.min(bytes.len()));
                    pending.extend_from_slice(&bytes);
                    if let Some(behind) = self.collect()? {
                        self.state = State::File(FileScanner::new(self.delimiter.clone()));
                        self.advance(behind, out)?;
                    } else if !rest.is_empty() {
                        self.refuse_long()?;
                    }
                    input = Some(rest).filter(|rest| !rest.is_empty());
                }
                State::File(scanner) => {
                    input = scanner.push(bytes, out);
                    if input.is_some() {
                        self.state = State::After(Vec::new());
                    }
                }
                State::After(first) => {
                    let missing = 2usize.saturating_sub(first.len());
                    first.extend(bytes.iter().take(missing));
                    if first.len() == 2 && !matches!(first.as_slice(), b"--" | b"\r\n") {
                        return Err(malformed());
                    }
                }
            }
        }
        Ok(())
    }

    /// Fails if what is collected cannot become shorter than the limit.
    fn refuse_long(&self) -> Result<(), S3Error> {
        match &self.state {
            State::Fields { pending, taken, .. } if taken + pending.len() > FORM_FIELDS_BYTES_MAX + ADDED.len() => {
                Err(S3ErrorCode::MaxPostPreDataLengthExceededError.into())
            }
            _ => Ok(()),
        }
    }

    /// Understands as many pieces as are complete; gives what follows the head of the file, once that is there.
    fn collect(&mut self) -> Result<Option<Bytes>, S3Error> {
        loop {
            let State::Fields { pending, searched, piece, taken } = &mut self.state else { return Ok(None) };
            let end: &[u8] = match piece {
                Piece::Preamble | Piece::Value(_) => self.delimiter.as_bytes(),
                Piece::BoundaryEnd => b"\r\n",
                Piece::Head => b"\r\n\r\n",
            };
            // A boundary's line may be `--` for the end: there was no file.
            if matches!(piece, Piece::BoundaryEnd) && pending.starts_with(b"--") {
                let message = "POST requires exactly one file upload per request.";
                return Err(S3Error::invalid_argument("file", "", message));
            }
            let Some(at) = find(pending, end, *searched) else {
                *searched = pending.len().saturating_sub(end.len() - 1);
                self.refuse_long()?;
                return Ok(None);
            };
            let content = pending.split_to(at);
            pending.advance(end.len());
            *taken += at + end.len();
            *searched = 0;
            if *taken > FORM_FIELDS_BYTES_MAX + ADDED.len() {
                return Err(S3ErrorCode::MaxPostPreDataLengthExceededError.into());
            }
            *piece = match std::mem::replace(piece, Piece::BoundaryEnd) {
                Piece::Preamble => Piece::BoundaryEnd,
                Piece::BoundaryEnd if content.iter().all(|byte| matches!(byte, b' ' | b'\t')) => Piece::Head,
                Piece::BoundaryEnd => return Err(malformed()),
                Piece::Head => {
                    let head = PartHead::parse(&content)?;
                    if head.name == "file" {
                        self.fields.set_file_name(head.file_name);
                        return Ok(Some(pending.split().freeze()));
                    }
                    Piece::Value(head.name)
                }
                Piece::Value(name) => {
                    self.fields.add(name, &content)?;
                    Piece::BoundaryEnd
                }
            };
        }
    }
}

fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = haystack.get(from..)?;
    rest.windows(needle.len()).position(|window| window == needle).map(|at| from + at)
}
