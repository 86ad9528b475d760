//! The tokens of a msgpack stream: scalars as they are, arrays and maps by their lengths.

use rmp::Marker;

use crate::tf::malformed::Malformed;

/// One token. The parts of an array or map follow it in the stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    String(&'a [u8]),
    Binary(&'a [u8]),
    /// How many values follow.
    Array(usize),
    /// How many pairs follow.
    Map(usize),
    Extension(i8, &'a [u8]),
}

/// What is left of a msgpack stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the next token off the stream. An array or map that claims more parts than bytes are left is refused here, so that
    /// no caller need fear its length.
    pub(super) fn take(&mut self) -> Result<Token<'a>, Malformed> {
        let [marker] = self.fixed()?;
        Ok(match Marker::from_u8(marker) {
            Marker::Null => Token::Nil,
            Marker::True => Token::Bool(true),
            Marker::False => Token::Bool(false),
            Marker::FixPos(number) => Token::Uint(number.into()),
            Marker::FixNeg(number) => Token::Int(number.into()),
            Marker::U8 => Token::Uint(u8::from_be_bytes(self.fixed()?).into()),
            Marker::U16 => Token::Uint(u16::from_be_bytes(self.fixed()?).into()),
            Marker::U32 => Token::Uint(u32::from_be_bytes(self.fixed()?).into()),
            Marker::U64 => Token::Uint(u64::from_be_bytes(self.fixed()?)),
            Marker::I8 => Token::Int(i8::from_be_bytes(self.fixed()?).into()),
            Marker::I16 => Token::Int(i16::from_be_bytes(self.fixed()?).into()),
            Marker::I32 => Token::Int(i32::from_be_bytes(self.fixed()?).into()),
            Marker::I64 => Token::Int(i64::from_be_bytes(self.fixed()?)),
            Marker::F32 => Token::Float(f32::from_be_bytes(self.fixed()?).into()),
            Marker::F64 => Token::Float(f64::from_be_bytes(self.fixed()?)),
            Marker::FixStr(length) => Token::String(self.run(length.into())?),
            Marker::Str8 => Token::String(self.run_after_u8()?),
            Marker::Str16 => Token::String(self.run_after_u16()?),
            Marker::Str32 => Token::String(self.run_after_u32()?),
            Marker::Bin8 => Token::Binary(self.run_after_u8()?),
            Marker::Bin16 => Token::Binary(self.run_after_u16()?),
            Marker::Bin32 => Token::Binary(self.run_after_u32()?),
            Marker::FixArray(length) => Token::Array(self.claim(length.into(), 1)?),
            Marker::Array16 => Token::Array(self.claim_after_u16(1)?),
            Marker::Array32 => Token::Array(self.claim_after_u32(1)?),
            Marker::FixMap(length) => Token::Map(self.claim(length.into(), 2)?),
            Marker::Map16 => Token::Map(self.claim_after_u16(2)?),
            Marker::Map32 => Token::Map(self.claim_after_u32(2)?),
            Marker::FixExt1 => self.extension(1)?,
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => self.extension_after_u8()?,
            Marker::Ext16 => self.extension_after_u16()?,
            Marker::Ext32 => self.extension_after_u32()?,
            Marker::Reserved => return Err(Malformed::new("a byte that msgpack reserves")),
        })
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(ends_early)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn run(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(ends_early)?;
        self.rest = rest;
        Ok(taken)
    }

    fn run_after_u8(&mut self) -> Result<&'a [u8], Malformed> {
        let length = u8::from_be_bytes(self.fixed()?);
        self.run(length.into())
    }

    fn run_after_u16(&mut self) -> Result<&'a [u8], Malformed> {
        let length = u16::from_be_bytes(self.fixed()?);
        self.run(length.into())
    }

    fn run_after_u32(&mut self) -> Result<&'a [u8], Malformed> {
        let length = u32::from_be_bytes(self.fixed()?);
        self.run(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// A length, if there are enough bytes left for `length` parts of `least` bytes each.
    fn claim(&self, length: usize, least: usize) -> Result<usize, Malformed> {
        let needed = length.checked_mul(least).ok_or_else(ends_early)?;
        if needed <= self.rest.len() { Ok(length) } else { Err(ends_early()) }
    }

    fn claim_after_u16(&mut self, least: usize) -> Result<usize, Malformed> {
        let length = u16::from_be_bytes(self.fixed()?);
        self.claim(length.into(), least)
    }

    fn claim_after_u32(&mut self, least: usize) -> Result<usize, Malformed> {
        let length = u32::from_be_bytes(self.fixed()?);
        self.claim(usize::try_from(length).unwrap_or(usize::MAX), least)
    }

    fn extension(&mut self, length: usize) -> Result<Token<'a>, Malformed> {
        let kind = i8::from_be_bytes(self.fixed()?);
        Ok(Token::Extension(kind, self.run(length)?))
    }

    fn extension_after_u8(&mut self) -> Result<Token<'a>, Malformed> {
        let length = u8::from_be_bytes(self.fixed()?);
        self.extension(length.into())
    }

    fn extension_after_u16(&mut self) -> Result<Token<'a>, Malformed> {
        let length = u16::from_be_bytes(self.fixed()?);
        self.extension(length.into())
    }

    fn extension_after_u32(&mut self) -> Result<Token<'a>, Malformed> {
        let length = u32::from_be_bytes(self.fixed()?);
        self.extension(usize::try_from(length).unwrap_or(usize::MAX))
    }
}

fn ends_early() -> Malformed {
    Malformed::new("the bytes end before the value does")
}
