//! Reading an object's attributes by name, each as a typed [`Value`].

use super::diagnostic::Diagnostic;
use super::dynamic::Dynamic;
use super::path::Path;
use super::value::Value;

/// A view of one object that knows where it stands.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    value: &'a Dynamic,
    path: Path,
}

impl<'a> Object<'a> {
    /// The root object of a configuration, plan or state. Null and unknown read as an object of nulls or unknowns.
    pub fn root(value: &'a Dynamic) -> Self {
        Self { value, path: Path::default() }
    }

    /// Where this object stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of one of its attributes: a plain attribute step at the root, a key step below it.
    pub fn path_of(&self, name: &str) -> Path {
        self.path.below(name)
    }

    /// The attribute as it is; null where the object lacks it.
    pub fn raw(&self, name: &str) -> &'a Dynamic {
        const NULL: &Dynamic = &Dynamic::Null;
        const UNKNOWN: &Dynamic = &Dynamic::UNKNOWN;
        if self.value.is_unknown() { UNKNOWN } else { self.value.member(name).unwrap_or(NULL) }
    }

    /// A string attribute; a diagnostic at the attribute where it holds something else.
    pub fn string(&self, name: &str) -> Result<Value<String>, Diagnostic> {
        match self.raw(name) {
            Dynamic::Null => Ok(Value::Null),
            Dynamic::Unknown(_) => Ok(Value::Unknown),
            Dynamic::String(text) => Ok(Value::Known(text.clone())),
            _ => Err(self.wrong_shape(name, "a string")),
        }
    }

    /// A bool attribute; a diagnostic at the attribute where it holds something else.
    pub fn bool(&self, name: &str) -> Result<Value<bool>, Diagnostic> {
        match self.raw(name) {
            Dynamic::Null => Ok(Value::Null),
            Dynamic::Unknown(_) => Ok(Value::Unknown),
            Dynamic::Bool(flag) => Ok(Value::Known(*flag)),
            _ => Err(self.wrong_shape(name, "true or false")),
        }
    }

    /// A nested object; a diagnostic at the attribute where it holds something else.
    pub fn object(&self, name: &str) -> Result<Value<Object<'a>>, Diagnostic> {
        match self.raw(name) {
            Dynamic::Null => Ok(Value::Null),
            Dynamic::Unknown(_) => Ok(Value::Unknown),
            value @ Dynamic::Mapping(_) => Ok(Value::Known(Object { value, path: self.path_of(name) })),
            _ => Err(self.wrong_shape(name, "an object")),
        }
    }

    /// A list of objects; a diagnostic at the attribute where it holds something else. Unknown elements read as objects of unknowns.
    pub fn objects(&self, name: &str) -> Result<Value<Vec<Object<'a>>>, Diagnostic> {
        match self.raw(name) {
            Dynamic::Null => Ok(Value::Null),
            Dynamic::Unknown(_) => Ok(Value::Unknown),
            Dynamic::Sequence(elements) => {
                let path = self.path_of(name);
                let element = |(index, value)| Object { value, path: path.clone().index(index) };
                Ok(Value::Known((0..).zip(elements).map(element).collect()))
            }
            _ => Err(self.wrong_shape(name, "a list of objects")),
        }
    }

    fn wrong_shape(&self, name: &str, expected: &str) -> Diagnostic {
        let path = self.path_of(name);
        Diagnostic::error("Unexpected value", format!("`{path}` must be {expected}.")).at(path)
    }
}
