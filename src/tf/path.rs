//! Where in a configuration or state a value stands.

use std::fmt;

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute or block by name.
    Attribute(String),
    /// An element of a map, or an attribute of a nested attribute, by key.
    Key(String),
    /// An element of a list or tuple, from 0.
    Index(i64),
}

/// A way from the root of a value to one of its parts. The empty path is the whole value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path of a top-level attribute.
    pub fn root(attribute: &str) -> Self {
        Self(vec![Step::Attribute(attribute.to_owned())])
    }

    /// The path of a member of a nested attribute.
    ///
    /// The step is a key, not an attribute name: with a name, Terraform before 1.15 underlines the resource's first line
    /// instead of the member's own.
    #[must_use]
    pub fn member(mut self, name: &str) -> Self {
        self.0.push(Step::Key(name.to_owned()));
        self
    }

    /// The path of an attribute at the root, or of a member of what this path leads to.
    pub fn below(&self, name: &str) -> Self {
        if self.0.is_empty() { Self::root(name) } else { self.clone().member(name) }
    }

    /// The path of an element of a list.
    #[must_use]
    pub fn index(mut self, index: i64) -> Self {
        self.0.push(Step::Index(index));
        self
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) | Step::Key(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) | Step::Key(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
