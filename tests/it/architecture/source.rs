//! The source files, parsed, each with its place in the module tree.

use std::fs;
use std::path::Path;

use syn::visit::Visit;

/// One source file.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// The same, parsed.
    pub tree: syn::File,
    /// The modules that lead to it: `["tf", "msgpack", "reader"]`.
    pub place: Vec<String>,
    /// Whether it is compiled for tests only.
    pub is_test: bool,
}

impl Source {
    pub fn new(path: &str, text: &str, is_test: bool) -> Self {
        let tree = syn::parse_file(text).unwrap_or_else(|error| panic!("{path} does not parse: {error}"));
        let is_test = is_test || path.starts_with("tests/") || path.starts_with("benches/");
        Self { path: path.to_owned(), text: text.to_owned(), tree, place: place(path), is_test }
    }

    /// Generated files are judged by no rule: `src/proto`, but for the module that lists them.
    pub fn is_generated(&self) -> bool {
        self.path.starts_with("src/proto/") && self.path != "src/proto/mod.rs"
    }

    /// The top module it belongs to; `main` and `lib` for the two roots, nothing outside `src`.
    pub fn top(&self) -> Option<&str> {
        match self.path.as_str() {
            "src/main.rs" => Some("main"),
            "src/lib.rs" => Some("lib"),
            path if path.starts_with("src/") => self.place.first().map(String::as_str),
            _ => None,
        }
    }
}

fn place(path: &str) -> Vec<String> {
    let Some(inner) = path.strip_prefix("src/") else { return Vec::new() };
    let mut place: Vec<String> = inner.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(place.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        place.pop();
    }
    place
}

/// Every Rust file of the library, the tests and the benchmarks.
pub fn read_all(root: &Path) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        list(&root.join(folder), folder, &mut paths);
    }
    let read = |path: &String| fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let texts: Vec<(String, String)> = paths.iter().map(|path| (path.clone(), read(path))).collect();
    let mut sources: Vec<Source> = texts.iter().map(|(path, text)| Source::new(path, text, false)).collect();
    let tests: Vec<Vec<String>> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        source.is_test |= tests.iter().any(|module| source.place.starts_with(module));
    }
    sources
}

fn list(folder: &Path, name: &str, paths: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.map(|entry| entry.expect("the folder can be listed")).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &name, paths);
        } else if name.ends_with(".rs") {
            paths.push(name);
        }
    }
}

/// The places of the modules in other files that a file declares under `#[cfg(test)]`.
fn test_modules(source: &Source) -> Vec<Vec<String>> {
    struct Modules<'a>(&'a Source, Vec<Vec<String>>);
    impl<'ast> Visit<'ast> for Modules<'_> {
        fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
            if module.content.is_none() && is_for_tests(&module.attrs) && self.0.path.starts_with("src/") {
                let place = self.0.place.iter().cloned().chain([module.ident.to_string()]);
                self.1.push(place.collect());
            }
        }
    }
    let mut modules = Modules(source, Vec::new());
    modules.visit_file(&source.tree);
    modules.1
}

/// Whether attributes say `#[cfg(test)]` or `#[test]`.
pub fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::NameValue(_) => false,
    })
}
