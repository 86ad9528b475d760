//! How long files and functions may be.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::Finding;
use super::source::{Source, is_for_tests};

const SOURCE: usize = 400;
const RULE: usize = 150;
const TEST: usize = 600;
const FUNCTION: usize = 60;

/// Finds files and functions that are too long.
pub fn judge(source: &Source, findings: &mut Vec<Finding>) {
    if source.is_generated() {
        return;
    }
    let mut find = |line, message: String| findings.push(Finding { file: source.path.clone(), line, message });
    let (kind, most) = if source.is_test {
        ("test file", TEST)
    } else if is_rule(source) {
        ("rule", RULE)
    } else {
        ("source file", SOURCE)
    };
    let lines = source.text.lines().count();
    if lines > most {
        find(most + 1, format!("{lines} lines, where a {kind} has at most {most}"));
    }
    if source.is_test {
        return;
    }
    let mut functions = Functions(Vec::new());
    functions.visit_file(&source.tree);
    for (name, line, lines) in functions.0.into_iter().filter(|(_, _, lines)| *lines > FUNCTION) {
        find(line, format!("`{name}` has {lines} lines, where a function has at most {FUNCTION}"));
    }
}

/// A rule's file is the one that holds a constant of type `Rule`.
fn is_rule(source: &Source) -> bool {
    let is_rule = |ty: &syn::Type| matches!(ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Rule"));
    source.top() == Some("rules")
        && source.tree.items.iter().any(|item| match item {
            syn::Item::Const(item) => is_rule(&item.ty),
            syn::Item::Static(item) => is_rule(&item.ty),
            _ => false,
        })
}

/// Name, first line and length of every function outside tests.
struct Functions(Vec<(String, usize, usize)>);

impl Functions {
    fn add(&mut self, signature: &syn::Signature, end: proc_macro2::Span) {
        let first = signature.span().start().line;
        self.0.push((signature.ident.to_string(), first, end.end().line - first + 1));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, function.block.span());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, function.block.span());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.add(&function.sig, function.span());
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use crate::architecture::about;

    fn file(lines: usize) -> String {
        format!("//! A module.\n{}", "// A line.\n".repeat(lines - 1))
    }

    #[test]
    fn files_are_short() {
        assert!(about("src/tf/a.rs", &file(400)).is_empty());
        assert_eq!(about("src/tf/a.rs", &file(401)), ["401: 401 lines, where a source file has at most 400"]);
        assert!(about("tests/it/a.rs", &file(600)).is_empty());
        assert_eq!(about("tests/it/a.rs", &file(601)), ["601: 601 lines, where a test file has at most 600"]);
        assert!(about("src/proto/tfplugin6.rs", &file(9000)).is_empty());
    }

    #[test]
    fn rules_are_shorter() {
        let rule = |lines: usize| format!("{}pub(super) const RULE: Rule = Rule {{}};\n", file(lines - 1));
        assert!(about("src/rules/a.rs", &rule(150)).is_empty());
        assert_eq!(about("src/rules/a.rs", &rule(151)), ["151: 151 lines, where a rule has at most 150"]);
        assert!(about("src/rules/judge.rs", &file(300)).is_empty());
    }

    #[test]
    fn functions_are_short() {
        let function = |lines: usize| format!("fn long() {{\n{}}}\n", "    // A line.\n".repeat(lines - 2));
        let in_module = |lines: usize| format!("//! A module.\n{}", function(lines));
        assert!(about("src/tf/a.rs", &in_module(60)).is_empty());
        assert_eq!(about("src/tf/a.rs", &in_module(61)), ["2: `long` has 61 lines, where a function has at most 60"]);
        let method = format!("//! A module.\nimpl A {{\n{}}}\n", function(61));
        assert_eq!(about("src/tf/a.rs", &method).len(), 1);
        let test = format!("//! A module.\n#[cfg(test)]\nmod tests {{\n{}}}\n", function(61));
        assert!(about("src/tf/a.rs", &test).is_empty());
    }
}
