//! Strings, lists and objects as policies have them: one value stands for a list of it, and no name stands twice.

use super::{Read, Reader, VALUES_MAX, run};
use crate::document::Run;
use crate::json::{Next, TextRef};

impl Reader<'_> {
    /// A string or a list of strings; in conditions also numbers and booleans, which stand for their text.
    pub(super) fn strings(&mut self, scalars: bool) -> Read<Run> {
        let start = self.values.len();
        match self.json.next_kind()? {
            Next::Array => self.array(|reader| reader.one_value(scalars))?,
            _ => self.one_value(scalars)?,
        }
        Ok(run(start, self.values.len()))
    }

    pub(super) fn one_value(&mut self, scalars: bool) -> Read<()> {
        if self.values.len() == VALUES_MAX {
            return Err(self.wrong_here("a policy cannot list so much"));
        }
        let text = match self.json.next_kind()? {
            Next::String => self.json.string()?,
            Next::Scalar if scalars => self.json.scalar()?,
            _ => return Err(self.wrong_here("a string or a list of strings was expected")),
        };
        self.values.push(text);
        Ok(())
    }

    pub(super) fn string(&mut self, problem: &'static str) -> Read<TextRef> {
        if self.json.next_kind()? != Next::String {
            return Err(self.wrong_here(problem));
        }
        self.json.string()
    }

    pub(super) fn object(
        &mut self,
        problem: &'static str,
        mut member: impl FnMut(&mut Self, TextRef) -> Read<()>,
    ) -> Read<()> {
        if self.json.next_kind()? != Next::Object {
            return Err(self.wrong_here(problem));
        }
        self.json.take(b'{');
        if self.json.take(b'}') {
            return Ok(());
        }
        loop {
            let name = self.json.string()?;
            self.json.expect(b':', "a colon was expected")?;
            member(self, name)?;
            if !self.json.take(b',') {
                return self
                    .json
                    .expect(b'}', "a comma or a closing bracket was expected");
            }
        }
    }

    pub(super) fn array(&mut self, mut item: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.json.take(b'[');
        if self.json.take(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if !self.json.take(b',') {
                return self
                    .json
                    .expect(b']', "a comma or a closing bracket was expected");
            }
        }
    }

    /// Sets what must not be set twice: the same key again, or both forms of an element.
    pub(super) fn once<T>(&self, slot: &mut Option<T>, value: T, name: &TextRef) -> Read<()> {
        if slot.is_some() {
            return Err(self.wrong("this element is there twice", name.start));
        }
        *slot = Some(value);
        Ok(())
    }

    pub(super) fn check_distinct(&self, names: &[TextRef]) -> Read<()> {
        let twice = |name: &TextRef| Err(self.wrong("this key is there twice", name.start));
        if names.len() <= 8 {
            for (index, name) in names.iter().enumerate() {
                let mut before = names.iter().take(index);
                if before.any(|other| self.text(other) == self.text(name)) {
                    return twice(name);
                }
            }
            return Ok(());
        }
        let mut sorted = names.to_vec();
        sorted.sort_by_key(|name| self.text(name));
        let same = sorted.windows(2).find_map(|pair| {
            <&[TextRef; 2]>::try_from(pair)
                .ok()
                .filter(|[a, b]| self.text(a) == self.text(b))
        });
        same.map_or(Ok(()), |[_, second]| twice(second))
    }
}
