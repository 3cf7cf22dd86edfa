//! The encoding of rows, commands and messages that outlive a process or cross the network.
//!
//! A record is a sequence of fields, each a tag and a value, in the wire format of Protocol Buffers (varint and
//! length-delimited values only; <https://protobuf.dev/programming-guides/encoding/>): any tool that reads that format reads ours. Absent means default.
//! A tag is never reused. Fields this build does not know are kept and written back ([`Unknown`]), so that an older
//! member can rewrite a newer member's row without losing anything.
//!
//! # Limits
//! Nesting is bounded by the types themselves; lengths are checked against the bytes at hand before anything is taken.

use std::collections::BTreeMap;

use bytes::{Buf, Bytes};

pub use crate::__record as record;
pub use crate::__record_choice as record_choice;
pub use crate::__record_enum as record_enum;

/// Why bytes are not the record they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The bytes end within a field.
    #[error("the record ends within a field")]
    Truncated,
    /// A tag of 0 or a wire type that we never write.
    #[error("the record has a field of an unknown form")]
    Form,
    /// A value its type cannot hold.
    #[error("a value of the record is out of its type's range")]
    OutOfRange,
    /// Text that is not UTF-8.
    #[error("a text of the record is not UTF-8")]
    Text,
}

/// Writes fields.
#[derive(Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// A writer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { out: Vec::with_capacity(capacity) }
    }

    /// What was written.
    pub fn into_bytes(self) -> Bytes {
        self.out.into()
    }

    /// What was written.
    pub fn into_vec(self) -> Vec<u8> {
        self.out
    }

    /// A number.
    pub fn varint_field(&mut self, tag: u32, value: u64) {
        self.varint(u64::from(tag) << 3);
        self.varint(value);
    }

    /// Bytes.
    pub fn bytes_field(&mut self, tag: u32, value: &[u8]) {
        self.varint(u64::from(tag) << 3 | 2);
        self.varint(value.len() as u64);
        self.out.extend_from_slice(value);
    }

    /// A record within the record.
    pub fn nested_field(&mut self, tag: u32, write: impl FnOnce(&mut Self)) {
        self.varint(u64::from(tag) << 3 | 2);
        let start = self.out.len();
        write(self);
        let len = (self.out.len() - start) as u64;
        // Most nested records are under 128 bytes: one length byte is moved in, rarely more.
        let mut length = Self::default();
        length.varint(len);
        self.out.splice(start..start, length.out);
    }

    /// Bytes as they are: fields that an earlier reader kept.
    pub fn raw(&mut self, fields: &[u8]) {
        self.out.extend_from_slice(fields);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }
}

/// Reads fields; byte values share the buffer they came in.
pub struct Reader {
    rest: Bytes,
    delimited: bool,
}

impl Reader {
    /// Reads `bytes` as fields.
    pub fn new(bytes: Bytes) -> Self {
        Self { rest: bytes, delimited: false }
    }

    /// Tag of the next field, or `None` at the end.
    pub fn next_tag(&mut self) -> Result<Option<u32>, FieldError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let head = self.raw_varint()?;
        self.delimited = match head & 7 {
            0 => false,
            2 => true,
            _ => return Err(FieldError::Form),
        };
        match u32::try_from(head >> 3) {
            Ok(0) | Err(_) => Err(FieldError::Form),
            Ok(tag) => Ok(Some(tag)),
        }
    }

    /// The present field as a number.
    pub fn varint(&mut self) -> Result<u64, FieldError> {
        if self.delimited {
            return Err(FieldError::Form);
        }
        self.raw_varint()
    }

    /// The present field as bytes.
    pub fn bytes(&mut self) -> Result<Bytes, FieldError> {
        if !self.delimited {
            return Err(FieldError::Form);
        }
        let len = usize::try_from(self.raw_varint()?).map_err(|_| FieldError::Truncated)?;
        if len > self.rest.len() {
            return Err(FieldError::Truncated);
        }
        Ok(self.rest.split_to(len))
    }

    /// The present field as text.
    pub fn text(&mut self) -> Result<String, FieldError> {
        String::from_utf8(self.bytes()?.into()).map_err(|_| FieldError::Text)
    }

    /// The present field as a record of its own.
    pub fn nested(&mut self) -> Result<Self, FieldError> {
        Ok(Self::new(self.bytes()?))
    }

    /// Keeps the present field as it is.
    pub fn keep(&mut self, tag: u32, unknown: &mut Unknown) -> Result<(), FieldError> {
        let mut writer = Writer { out: std::mem::take(&mut unknown.0) };
        if self.delimited {
            writer.bytes_field(tag, &self.bytes()?);
        } else {
            writer.varint_field(tag, self.raw_varint()?);
        }
        unknown.0 = writer.out;
        Ok(())
    }

    fn raw_varint(&mut self) -> Result<u64, FieldError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            if self.rest.is_empty() {
                return Err(FieldError::Truncated);
            }
            let byte = self.rest.get_u8();
            if shift == 63 && byte > 1 {
                return Err(FieldError::OutOfRange);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(FieldError::OutOfRange)
    }
}

/// Fields of a newer version, kept byte by byte.
#[derive(Clone, PartialEq, Eq, Default, Debug, PartialOrd, Ord, Hash)]
pub struct Unknown(Vec<u8>);

impl Unknown {
    /// The fields as they were written.
    pub fn fields(&self) -> &[u8] {
        &self.0
    }
}

/// A value that can stand in a record.
pub trait Field: Default {
    /// Whether it is the default and so left out.
    fn is_absent(&self) -> bool;
    /// Writes it, also when it is the default.
    fn write(&self, tag: u32, out: &mut Writer);
    /// Takes the reader's present field; repeated fields add up.
    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError>;
}

/// A type with fields: what [`record!`](crate::record::record) makes.
pub trait Record: Default {
    /// Writes the fields.
    fn write_fields(&self, out: &mut Writer);
    /// Takes the fields.
    fn merge_fields(&mut self, reader: &mut Reader) -> Result<(), FieldError>;

    /// The record as bytes.
    fn encode(&self) -> Bytes {
        let mut writer = Writer::default();
        self.write_fields(&mut writer);
        writer.into_bytes()
    }

    /// Inverse of [`Record::encode`].
    fn decode(bytes: impl Into<Bytes>) -> Result<Self, FieldError> {
        let mut record = Self::default();
        record.merge_fields(&mut Reader::new(bytes.into()))?;
        Ok(record)
    }
}

macro_rules! varint_fields {
    ($($number:ty),*) => {$(
        impl Field for $number {
            fn is_absent(&self) -> bool {
                *self == 0
            }

            fn write(&self, tag: u32, out: &mut Writer) {
                out.varint_field(tag, u64::from(*self));
            }

            fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
                *self = Self::try_from(reader.varint()?).map_err(|_| FieldError::OutOfRange)?;
                Ok(())
            }
        }
    )*};
}

varint_fields!(u8, u16, u32, u64);

impl Field for bool {
    fn is_absent(&self) -> bool {
        !*self
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.varint_field(tag, u64::from(*self));
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        *self = match reader.varint()? {
            0 => false,
            1 => true,
            _ => return Err(FieldError::OutOfRange),
        };
        Ok(())
    }
}

impl Field for String {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.bytes_field(tag, self.as_bytes());
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        *self = reader.text()?;
        Ok(())
    }
}

impl Field for Bytes {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.bytes_field(tag, self);
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        *self = reader.bytes()?;
        Ok(())
    }
}

impl Field for Unknown {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&self, _tag: u32, out: &mut Writer) {
        out.raw(&self.0);
    }

    fn merge(&mut self, _reader: &mut Reader) -> Result<(), FieldError> {
        Err(FieldError::Form)
    }
}

/// `Some` of a default value is written, so it stays `Some`.
impl<T: Field> Field for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        if let Some(value) = self {
            value.write(tag, out);
        }
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        self.get_or_insert_with(T::default).merge(reader)
    }
}

/// One field per element; never packed.
impl<T: Field> Field for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        for value in self {
            value.write(tag, out);
        }
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        let mut value = T::default();
        value.merge(reader)?;
        self.push(value);
        Ok(())
    }
}

impl<T: Field> Field for Box<T> {
    fn is_absent(&self) -> bool {
        self.as_ref().is_absent()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        self.as_ref().write(tag, out);
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        self.as_mut().merge(reader)
    }
}

/// A pair is a record of two fields, 1 and 2.
impl<A: Field, B: Field> Field for (A, B) {
    fn is_absent(&self) -> bool {
        false
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.nested_field(tag, |out| {
            self.0.write(1, out);
            self.1.write(2, out);
        });
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        let mut reader = reader.nested()?;
        let mut newer = Unknown::default();
        while let Some(tag) = reader.next_tag()? {
            match tag {
                1 => self.0.merge(&mut reader)?,
                2 => self.1.merge(&mut reader)?,
                other => reader.keep(other, &mut newer)?,
            }
        }
        Ok(())
    }
}

/// A map is one pair per entry.
impl<K: Field + Ord, V: Field> Field for BTreeMap<K, V> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        for (key, value) in self {
            out.nested_field(tag, |out| {
                key.write(1, out);
                value.write(2, out);
            });
        }
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        let mut entry = (K::default(), V::default());
        entry.merge(reader)?;
        self.insert(entry.0, entry.1);
        Ok(())
    }
}

/// Declares a struct whose fields carry tags, and implements [`Record`] and [`Field`] for it.
///
/// `pub struct Name { 1 => pub field: Type, … }` gains a last field `unknown` that keeps what a newer version wrote;
/// `pub struct Name without unknown { … }` does not: for small values that can never gain a field. Such a value refuses
/// a tag it does not know.
#[macro_export]
#[doc(hidden)]
macro_rules! __record {
    ($(#[$meta:meta])* pub struct $name:ident without unknown {
        $($(#[$field_meta:meta])* $tag:literal => pub $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Default, Debug)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }

        impl $crate::record::Record for $name {
            fn write_fields(&self, out: &mut $crate::record::Writer) {
                $(if !$crate::record::Field::is_absent(&self.$field) {
                    $crate::record::Field::write(&self.$field, $tag, out);
                })*
            }

            fn merge_fields(
                &mut self,
                reader: &mut $crate::record::Reader,
            ) -> Result<(), $crate::record::FieldError> {
                while let Some(tag) = reader.next_tag()? {
                    match tag {
                        $($tag => $crate::record::Field::merge(&mut self.$field, reader)?,)*
                        _ => return Err($crate::record::FieldError::Form),
                    }
                }
                Ok(())
            }
        }

        $crate::__record_as_field!($name);
    };
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* $tag:literal => pub $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Default, Debug)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Fields that a newer version wrote.
            pub unknown: $crate::record::Unknown,
        }

        impl $crate::record::Record for $name {
            fn write_fields(&self, out: &mut $crate::record::Writer) {
                $(if !$crate::record::Field::is_absent(&self.$field) {
                    $crate::record::Field::write(&self.$field, $tag, out);
                })*
                out.raw(self.unknown.fields());
            }

            fn merge_fields(
                &mut self,
                reader: &mut $crate::record::Reader,
            ) -> Result<(), $crate::record::FieldError> {
                while let Some(tag) = reader.next_tag()? {
                    match tag {
                        $($tag => $crate::record::Field::merge(&mut self.$field, reader)?,)*
                        other => reader.keep(other, &mut self.unknown)?,
                    }
                }
                Ok(())
            }
        }

        $crate::__record_as_field!($name);
    };
}

/// A record as a field: length-delimited.
#[macro_export]
#[doc(hidden)]
macro_rules! __record_as_field {
    ($name:ident) => {
        impl $crate::record::Field for $name {
            fn is_absent(&self) -> bool {
                *self == Self::default()
            }

            fn write(&self, tag: u32, out: &mut $crate::record::Writer) {
                out.nested_field(tag, |out| $crate::record::Record::write_fields(self, out));
            }

            fn merge(&mut self, reader: &mut $crate::record::Reader) -> Result<(), $crate::record::FieldError> {
                $crate::record::Record::merge_fields(self, &mut reader.nested()?)
            }
        }
    };
}

/// Declares an enum without data and its numbers, which are never reused. The first variant is the default. A number
/// this build does not know is refused.
#[macro_export]
#[doc(hidden)]
macro_rules! __record_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $(#[$first_meta:meta])* $first_number:literal => $first:ident,
        $($(#[$variant_meta:meta])* $number:literal => $variant:ident,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[$first_meta])* #[default] $first, $($(#[$variant_meta])* $variant,)* }

        impl $crate::record::Field for $name {
            fn is_absent(&self) -> bool {
                *self == Self::$first
            }

            fn write(&self, tag: u32, out: &mut $crate::record::Writer) {
                let number: u64 = match self { Self::$first => $first_number, $(Self::$variant => $number,)* };
                out.varint_field(tag, number);
            }

            fn merge(&mut self, reader: &mut $crate::record::Reader) -> Result<(), $crate::record::FieldError> {
                *self = match reader.varint()? {
                    $first_number => Self::$first,
                    $($number => Self::$variant,)*
                    _ => return Err($crate::record::FieldError::OutOfRange),
                };
                Ok(())
            }
        }
    };
}

/// Declares an enum whose every variant holds one value: a record in which exactly one field is present, the variant's
/// number being its tag. The first variant, with its default value, is the default. A variant this build does not know
/// is refused: a leader proposes only what every member has announced.
#[macro_export]
#[doc(hidden)]
macro_rules! __record_choice {
    ($(#[$meta:meta])* pub enum $name:ident {
        $(#[$first_meta:meta])* $first_tag:literal => $first:ident($first_type:ty),
        $($(#[$variant_meta:meta])* $tag:literal => $variant:ident($type:ty),)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Debug)]
        pub enum $name { $(#[$first_meta])* $first($first_type), $($(#[$variant_meta])* $variant($type),)* }

        impl Default for $name {
            fn default() -> Self {
                Self::$first(Default::default())
            }
        }

        impl $crate::record::Record for $name {
            fn write_fields(&self, out: &mut $crate::record::Writer) {
                match self {
                    Self::$first(value) => $crate::record::Field::write(value, $first_tag, out),
                    $(Self::$variant(value) => $crate::record::Field::write(value, $tag, out),)*
                }
            }

            fn merge_fields(
                &mut self,
                reader: &mut $crate::record::Reader,
            ) -> Result<(), $crate::record::FieldError> {
                match reader.next_tag()? {
                    Some($first_tag) => {
                        let mut value = <$first_type>::default();
                        $crate::record::Field::merge(&mut value, reader)?;
                        *self = Self::$first(value);
                    }
                    $(Some($tag) => {
                        let mut value = <$type>::default();
                        $crate::record::Field::merge(&mut value, reader)?;
                        *self = Self::$variant(value);
                    })*
                    _ => return Err($crate::record::FieldError::Form),
                }
                match reader.next_tag()? {
                    None => Ok(()),
                    Some(_) => Err($crate::record::FieldError::Form),
                }
            }
        }

        $crate::__record_as_field!($name);
    };
}

#[cfg(test)]
// The macros make public types, as they are made everywhere but here.
#[allow(unreachable_pub)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{FieldError, Record, record, record_choice, record_enum};

    record! {
        /// Old form of a row.
        pub struct Old {
            /// A number.
            1 => pub number: u64,
            /// A text.
            2 => pub text: Option<String>,
        }
    }

    record! {
        /// New form of the same row.
        pub struct New {
            /// A number.
            1 => pub number: u64,
            /// A text.
            2 => pub text: Option<String>,
            /// Came later.
            3 => pub list: Vec<Old>,
            /// Came later.
            4 => pub choice: Choice,
        }
    }

    record_choice! {
        /// One of two.
        pub enum Choice {
            /// Bytes.
            1 => Inline(Bytes),
            /// A row.
            2 => Row(Old),
        }
    }

    record_enum! {
        /// A state.
        pub enum State {
            /// First.
            1 => Open,
            /// Second.
            2 => Closed,
        }
    }

    record! {
        /// Holds a state.
        pub struct WithState without unknown {
            /// The state.
            7 => pub state: State,
        }
    }

    proptest! {
        #[test]
        fn records_round_trip_and_survive_an_older_rewrite(
            number in any::<u64>(), text in any::<Option<String>>(), inner in any::<Vec<u64>>(), inline in any::<Vec<u8>>(),
        ) {
            let list = inner.into_iter().map(|number| Old { number, ..Old::default() }).collect();
            let new = New { number, text, list, choice: Choice::Inline(inline.into()), ..New::default() };
            prop_assert_eq!(New::decode(new.encode()), Ok(new.clone()));
            let rewritten = Old::decode(new.encode()).expect("the old form reads the new").encode();
            prop_assert_eq!(New::decode(rewritten), Ok(new));
        }

        #[test]
        fn any_bytes_decode_or_are_refused(bytes in any::<Vec<u8>>()) {
            let _ = New::decode(bytes);
        }
    }

    #[test]
    fn an_empty_text_is_not_an_absent_one() {
        let row = Old { text: Some(String::new()), ..Old::default() };
        assert_eq!(Old::decode(row.encode()), Ok(row));
    }

    #[test]
    fn golden_bytes_stay() {
        let row = Old { number: 300, text: Some("hi".into()), ..Old::default() };
        assert_eq!(row.encode().as_ref(), b"\x08\xac\x02\x12\x02hi");
    }

    #[test]
    fn an_unknown_state_is_refused() {
        assert_eq!(WithState::decode(&b"\x38\x03"[..]), Err(FieldError::OutOfRange));
        let closed = WithState { state: State::Closed };
        assert_eq!(WithState::decode(closed.encode()), Ok(closed));
    }
}
