//! Values passed by JavaScript, read without ever calling back into it: no `toString`, no getter, no proxy trap.

use napi::bindgen_prelude::{JsValue, Result, Unknown, ValueType};
use run_id_core::text::{Kind, MAX_READ_UNITS, Value};

use run_id_fast as fast;

/// A value, owned.
pub(crate) enum Passed {
    /// Text of at most [`MAX_READ_UNITS`].
    Text(Vec<u16>),
    /// Longer text.
    LongText(usize),
    /// Not a string.
    Other(Kind),
}

impl Passed {
    pub(crate) fn read(value: &Unknown<'_>) -> Result<Self> {
        let kind = match value.get_type()? {
            ValueType::String => {
                let length = fast::utf16_length(value)?;
                return Ok(if length > MAX_READ_UNITS {
                    Self::LongText(length)
                } else {
                    Self::Text(fast::utf16(value, length)?)
                });
            }
            ValueType::Undefined => Kind::Undefined,
            ValueType::Null => Kind::Null,
            ValueType::Boolean => Kind::Boolean,
            ValueType::Number => Kind::Number,
            // The one type that is newer than the Node-API asked for.
            ValueType::Unknown => Kind::BigInt,
            ValueType::Symbol => Kind::Symbol,
            ValueType::Function => Kind::Function,
            _ if value.is_array()? => Kind::Array,
            _ if value.is_promise()? => Kind::Promise,
            _ if fast::is_date(value)? => Kind::Date,
            _ if value.is_typedarray()? => Kind::Bytes,
            _ => Kind::Object,
        };
        Ok(Self::Other(kind))
    }

    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Text(units) => Value::Text(units),
            Self::LongText(length) => Value::LongText(*length),
            Self::Other(kind) => Value::Other(*kind),
        }
    }

    /// The text, unless it is too long to be read.
    pub(crate) fn units(&self) -> Option<&[u16]> {
        match self {
            Self::Text(units) => Some(units),
            _ => None,
        }
    }
}
