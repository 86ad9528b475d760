//! Names that say nothing, and files that do not say what they are for.

use syn::visit::{self, Visit};

use super::Finding;
use super::source::Source;

const FILES: [&str; 8] = ["util", "helpers", "common", "misc", "types", "models", "manager", "base"];
const FUNCTIONS: [&str; 4] = ["get_", "do_", "process", "handle"];

/// Finds files and functions whose names are forbidden, and files without a first sentence.
pub fn judge(source: &Source, findings: &mut Vec<Finding>) {
    if source.is_generated() {
        return;
    }
    let mut find = |line, message: String| findings.push(Finding { file: source.path.clone(), line, message });
    for part in source.path.trim_end_matches(".rs").split('/') {
        if let Some(name) = FILES.iter().find(|name| part == **name || part.strip_suffix('s') == Some(name)) {
            find(1, format!("`{name}` in a path says nothing of what is there"));
        }
    }
    if !begins_with_a_sentence(&source.text) {
        find(1, "the file does not begin with a `//!` sentence".into());
    }
    let mut functions = Functions(Vec::new());
    functions.visit_file(&source.tree);
    for (name, line) in functions.0 {
        let is_of = |prefix: &&&str| {
            let rest = name.strip_prefix(**prefix);
            rest.is_some_and(|rest| prefix.ends_with('_') || rest.is_empty() || rest.starts_with('_'))
        };
        let prefix = FUNCTIONS.iter().find(is_of);
        if let (Some(prefix), false) = (prefix, source.top() == Some("rpc")) {
            find(line, format!("`{name}` begins with `{prefix}`, which says nothing"));
        }
    }
}

/// Whether the file's first lines are a `//!` paragraph that ends with a full stop.
fn begins_with_a_sentence(text: &str) -> bool {
    let lines = text.lines().map_while(|line| line.strip_prefix("//! "));
    let paragraph = lines.collect::<Vec<_>>().join(" ");
    paragraph.trim_end().ends_with('.')
}

/// The functions that a file names itself; those of a foreign trait are named by the trait.
struct Functions(Vec<(String, usize)>);

impl Functions {
    fn add(&mut self, signature: &syn::Signature) {
        self.0.push((signature.ident.to_string(), signature.ident.span().start().line));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig);
        visit::visit_item_fn(self, function);
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        for item in &block.items {
            if let (syn::ImplItem::Fn(function), None) = (item, &block.trait_) {
                self.add(&function.sig);
            }
        }
        visit::visit_item_impl(self, block);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.add(&function.sig);
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use crate::architecture::about;

    #[test]
    fn file_names_say_something() {
        let message = |name: &str| vec![format!("1: `{name}` in a path says nothing of what is there")];
        assert_eq!(about("src/tf/util.rs", "//! A module.\n"), message("util"));
        assert_eq!(about("src/tf/utils/mod.rs", "//! A module.\n"), message("util"));
        assert_eq!(about("tests/it/helpers/mod.rs", "//! A module.\n"), message("helpers"));
        assert!(about("src/tf/type_constraint.rs", "//! A module.\n").is_empty());
    }

    #[test]
    fn function_names_say_something() {
        let code = "//! A module.\nfn get_pool() {}\nstruct A;\nimpl A {\n    fn process(&self) {}\n}\nfn doubled() {}\nfn processed() {}\nfn get() {}\n";
        assert_eq!(
            about("src/tf/a.rs", code),
            ["2: `get_pool` begins with `get_`, which says nothing", "5: `process` begins with `process`, which says nothing"]
        );
        assert!(about("src/rpc/a.rs", code).is_empty());
        assert_eq!(
            about("src/tf/a.rs", "//! A module.\nimpl Service for A {\n    fn get_schema(&self) {}\n}\n"),
            Vec::<String>::new()
        );
        assert_eq!(about("src/tf/a.rs", "//! A module.\ntrait A {\n    fn handle(&self);\n}\n").len(), 1);
    }

    #[test]
    fn files_begin_with_a_sentence() {
        let message = ["1: the file does not begin with a `//!` sentence"];
        assert_eq!(about("src/tf/a.rs", "fn f() {}\n"), message);
        assert_eq!(about("src/tf/a.rs", "//! todo\nfn f() {}\n"), message);
        assert_eq!(about("src/tf/a.rs", "\n//! Late.\nfn f() {}\n"), message);
        assert!(about("src/tf/a.rs", "//! Two lines that are\n//! one sentence.\nfn f() {}\n").is_empty());
        assert!(about("src/proto/tfplugin6.rs", "fn f() {}\n").is_empty());
    }
}
