//! Who may name whom: the table of `docs/dev/architecture.md`, and the paths of the sources held against it.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::Finding;
use super::source::{Source, is_for_tests};

/// One module's row.
struct Layer {
    name: &'static str,
    /// Modules of this crate it may name; one item of a module where it may name only that.
    inside: &'static [&'static str],
    /// Crates it may name besides the standard library; a `*` at the end stands for any ending.
    outside: &'static [&'static str],
}

const fn layer(name: &'static str, inside: &'static [&'static str], outside: &'static [&'static str]) -> Layer {
    Layer { name, inside, outside }
}

/// What a resource, data source, function, action or list resource may name.
const TERRAFORM_SIDE: &[&str] = &["tf", "mfa", "rules", "aws", "provider"];
const TERRAFORM_SIDE_CRATES: &[&str] = &["async_trait", "serde_json", "strsim", "time", "tokio", "tracing", "unicode_properties"];

const LAYERS: &[Layer] = &[
    layer("lib", &[], &[]),
    layer("main", &["plugin", "cli"], &[]),
    layer(
        "plugin",
        &["rpc", "proto", "provider::Provider"],
        &[
            "base64",
            "bytes",
            "http",
            "hyper_util",
            "libc",
            "p521",
            "rcgen",
            "ring",
            "rustls",
            "rustls_pki_types",
            "serde_json",
            "time",
            "tokio*",
            "tonic*",
            "tracing*",
        ],
    ),
    layer("proto", &[], &["bytes", "http", "prost*", "tonic*"]),
    layer(
        "rpc",
        &["resources", "data_sources", "functions", "actions", "lists", "provider", "tf", "proto"],
        &["async_trait", "prost*", "time", "tokio*", "tonic*", "tracing"],
    ),
    layer("tf", &[], &["bigdecimal", "rmp", "serde_json", "unicode_normalization"]),
    layer("resources", TERRAFORM_SIDE, TERRAFORM_SIDE_CRATES),
    layer("data_sources", TERRAFORM_SIDE, TERRAFORM_SIDE_CRATES),
    layer("functions", TERRAFORM_SIDE, TERRAFORM_SIDE_CRATES),
    layer("actions", TERRAFORM_SIDE, TERRAFORM_SIDE_CRATES),
    layer("lists", TERRAFORM_SIDE, TERRAFORM_SIDE_CRATES),
    layer("mfa", &["tf::Value", "tf::Path", "tf::same_text"], &["serde_json", "time"]),
    layer("rules", &["mfa", "tf"], &["strsim", "time"]),
    layer(
        "aws",
        &["mfa"],
        &[
            "async_trait",
            "aws_*",
            "base64",
            "bytes",
            "http",
            "http_body_util",
            "hyper*",
            "percent_encoding",
            "ring",
            "rustix",
            "rustls",
            "rustls_pki_types",
            "serde_json",
            "time",
            "tokio*",
            "tracing",
            "url",
        ],
    ),
    layer("provider", &["tf", "mfa", "rules", "aws"], &["bigdecimal", "serde_json", "strsim", "time", "tokio*", "tracing"]),
    layer(
        "cli",
        &["tf", "mfa", "rules", "aws", "provider", "resources", "data_sources", "functions", "actions", "lists", "sandbox"],
        &["clap", "rustix", "serde", "serde_json", "time", "tokio*", "tracing*"],
    ),
    layer(
        "sandbox",
        &[],
        &[
            "base64",
            "bytes",
            "http",
            "http_body_util",
            "hyper*",
            "percent_encoding",
            "serde",
            "serde_json",
            "time",
            "tokio*",
            "url",
        ],
    ),
];

/// Finds what a file names beyond its row. `crates` are the names that stand for outside crates.
pub fn judge(source: &Source, crates: &[String], findings: &mut Vec<Finding>) {
    let layer = source.top().map(|top| (top, LAYERS.iter().find(|layer| layer.name == top)));
    if let Some((top, None)) = layer {
        let message = format!("module `{top}` has no row in the table of layers");
        findings.push(Finding { file: source.path.clone(), line: 1, message });
    }
    let mut local = LocalNames(BTreeSet::new());
    local.visit_file(&source.tree);
    let mut paths = Paths {
        source,
        layer: layer.and_then(|(_, layer)| layer),
        crates,
        local: local.0,
        place: source.place.clone(),
        in_test: source.is_test,
        findings,
    };
    paths.visit_file(&source.tree);
}

/// Names that a file brings into scope by `use` and `mod`: a path that begins with one is no crate's.
struct LocalNames(BTreeSet<String>);

impl<'ast> Visit<'ast> for LocalNames {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.0.insert(module.ident.to_string());
        visit::visit_item_mod(self, module);
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        // Only what stands below the first step comes into scope under another meaning.
        for used in flattened(&path.tree) {
            if let Some(name) = used.names.last() {
                self.0.insert(name.clone());
            }
        }
    }

    fn visit_use_rename(&mut self, rename: &'ast syn::UseRename) {
        self.0.insert(rename.rename.to_string());
    }
}

struct Used {
    names: Vec<String>,
    line: usize,
}

fn flattened(tree: &syn::UseTree) -> Vec<Used> {
    match tree {
        syn::UseTree::Path(path) => {
            let mut all = flattened(&path.tree);
            for used in &mut all {
                used.names.insert(0, path.ident.to_string());
            }
            all
        }
        syn::UseTree::Name(name) => vec![Used { names: vec![name.ident.to_string()], line: name.span().start().line }],
        syn::UseTree::Rename(rename) => vec![Used { names: vec![rename.ident.to_string()], line: rename.span().start().line }],
        syn::UseTree::Glob(glob) => vec![Used { names: vec!["*".to_owned()], line: glob.span().start().line }],
        syn::UseTree::Group(group) => group.items.iter().flat_map(flattened).collect(),
    }
}

struct Paths<'a> {
    source: &'a Source,
    layer: Option<&'static Layer>,
    crates: &'a [String],
    local: BTreeSet<String>,
    place: Vec<String>,
    in_test: bool,
    findings: &'a mut Vec<Finding>,
}

impl Paths<'_> {
    fn judge(&mut self, names: &[String], line: usize, is_use: bool) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["super", "super", ..] if !self.source.is_generated() => {
                self.find(line, "`super::super`: name the path from `crate`".into())
            }
            ["crate", rest @ ..] => self.judge_inside(rest, line),
            ["cognitomfa", rest @ ..] if self.source.top() == Some("main") => self.judge_inside(rest, line),
            ["super", rest @ ..] if self.place.len() == 1 => self.judge_inside(rest, line),
            [first, _, ..] | [first] if is_use || names.len() > 1 => self.judge_outside(first, line, is_use),
            _ => {}
        }
    }

    fn judge_inside(&mut self, names: &[&str], line: usize) {
        let (Some(layer), Some(first)) = (self.layer, names.first()) else { return };
        let own = self.source.top() == Some(*first);
        let allowed =
            |entry: &&str| entry.split("::").zip(names.iter().chain([&"*"; 2])).all(|(allowed, named)| allowed == *named);
        if own || layer.inside.iter().any(allowed) {
            return;
        }
        // `use crate::{self}` and macros of our own have no module's name.
        if LAYERS.iter().any(|layer| layer.name == *first) || *first == "*" {
            self.find(line, format!("`{}` may not name `crate::{}`", layer.name, names.join("::")));
        }
    }

    fn judge_outside(&mut self, first: &str, line: usize, is_use: bool) {
        let Some(layer) = self.layer else { return };
        let shadowed = self.local.contains(first) && !is_use;
        let is_module_here = is_use && self.declares(first);
        let allowed = |entry: &&str| entry.strip_suffix('*').map_or(*entry == first, |stem| first.starts_with(stem));
        let is_crate = self.crates.iter().any(|name| name == first);
        if is_crate && !self.in_test && !shadowed && !is_module_here && !layer.outside.iter().any(allowed) {
            self.find(line, format!("`{}` may not name the crate `{first}`", layer.name));
        }
    }

    fn declares(&self, name: &str) -> bool {
        self.source.tree.items.iter().any(|item| matches!(item, syn::Item::Mod(module) if module.ident == name))
    }

    fn find(&mut self, line: usize, message: String) {
        self.findings.push(Finding { file: self.source.path.clone(), line, message });
    }

    /// Paths within a macro's tokens, which are not parsed.
    fn judge_tokens(&mut self, tokens: TokenStream) {
        let mut run: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut line = 0;
        for token in tokens {
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == ':' && !run.is_empty() => colons += 1,
                TokenTree::Ident(name) if colons == 2 => {
                    run.push(name.to_string());
                    colons = 0;
                }
                _ => {
                    self.judge(&std::mem::take(&mut run), line, false);
                    colons = 0;
                    if let TokenTree::Ident(name) = &token {
                        line = name.span().start().line;
                        run.push(name.to_string());
                    }
                }
            }
            if let TokenTree::Group(group) = token {
                self.judge_tokens(group.stream());
            }
        }
        self.judge(&run, line, false);
    }

    fn within(&mut self, attributes: &[syn::Attribute], inner: impl FnOnce(&mut Self)) {
        let before = self.in_test;
        self.in_test |= is_for_tests(attributes);
        inner(self);
        self.in_test = before;
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.within(&module.attrs, |paths| {
            paths.place.push(module.ident.to_string());
            visit::visit_item_mod(paths, module);
            paths.place.pop();
        });
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.within(&function.attrs, |paths| visit::visit_item_fn(paths, function));
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.within(&item.attrs, |paths| {
            for used in flattened(&item.tree) {
                paths.judge(&used.names, used.line, true);
            }
        });
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.judge(&names, path.span().start().line, false);
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.judge_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.judge_tokens(list.tokens.clone());
        visit::visit_meta_list(self, list);
    }
}

#[cfg(test)]
mod tests {
    use crate::architecture::about;

    fn refused(path: &str, code: &str, expected: &str) {
        let found = about(path, &format!("//! A module.\n{code}\n"));
        assert_eq!(found, [format!("2: {expected}")], "{path}: {code}");
    }

    fn accepted(path: &str, code: &str) {
        assert_eq!(about(path, &format!("//! A module.\n{code}\n")), Vec::<String>::new(), "{path}: {code}");
    }

    #[test]
    fn modules_keep_to_their_row() {
        refused("src/tf/value.rs", "use crate::mfa::Settings;", "`tf` may not name `crate::mfa::Settings`");
        refused("src/aws/iam.rs", "use crate::{mfa::Mode, tf::Value};", "`aws` may not name `crate::tf::Value`");
        refused("src/rules/a.rs", "fn f() { crate::aws::read(); }", "`rules` may not name `crate::aws::read`");
        refused("src/rules/a.rs", "fn f(x: &crate::provider::Provider) {}", "`rules` may not name `crate::provider::Provider`");
        refused("src/sandbox/a.rs", "fn f() { println!(\"{}\", crate::mfa::x()); }", "`sandbox` may not name `crate::mfa::x`");
        refused("src/mfa/a.rs", "use crate::tf::Diagnostic;", "`mfa` may not name `crate::tf::Diagnostic`");
        refused("src/mfa/a.rs", "use crate::tf::*;", "`mfa` may not name `crate::tf::*`");
        refused("src/mfa/mod.rs", "use super::rules::Rule;", "`mfa` may not name `crate::rules::Rule`");
        refused("src/main.rs", "fn main() { cognitomfa::rpc::run() }", "`main` may not name `crate::rpc::run`");
        accepted("src/mfa/a.rs", "use crate::tf::{Path, Value};");
        accepted("src/mfa/a.rs", "use super::settings::Mode;");
        accepted("src/tf/a.rs", "pub(crate) fn f() { crate::tf::g(); }");
        accepted("src/cli/a.rs", "use crate::sandbox::Server;");
    }

    #[test]
    fn layers_hold_in_tests_too() {
        let code = "#[cfg(test)] mod tests { use crate::rpc::server; use tokio::time; }";
        refused("src/tf/value.rs", code, "`tf` may not name `crate::rpc::server`");
    }

    #[test]
    fn crates_keep_to_their_module() {
        refused("src/rules/a.rs", "use aws_sdk_iam::Client;", "`rules` may not name the crate `aws_sdk_iam`");
        refused("src/resources/a.rs", "fn f() -> tonic::Status { g() }", "`resources` may not name the crate `tonic`");
        refused("src/tf/a.rs", "#[derive(serde::Serialize)] struct A;", "`tf` may not name the crate `serde`");
        refused("src/tf/a.rs", "fn f() { assert!(tokio::x()); }", "`tf` may not name the crate `tokio`");
        accepted("src/aws/a.rs", "use aws_sdk_iam::Client;");
        accepted("src/tf/a.rs", "use crate::tf::time; fn f() { time::now(); }");
        accepted("src/rules/a.rs", "mod http; use http::Thing;");
        accepted("src/rules/a.rs", "#[test] fn t() { tokio::x(); }");
        accepted("src/rules/a.rs", "use std::collections::BTreeMap;");
    }

    #[test]
    fn paths_do_not_climb_twice() {
        refused("src/tf/a/b.rs", "use super::super::value::Value;", "`super::super`: name the path from `crate`");
        refused("src/tf/a/b.rs", "fn f() { super::super::g(); }", "`super::super`: name the path from `crate`");
        accepted("src/proto/generated.rs", "fn f(x: super::super::A) {}");
    }

    #[test]
    fn every_module_has_a_row() {
        let found = about("src/extras/mod.rs", "//! A module.\n");
        assert_eq!(found, ["1: module `extras` has no row in the table of layers"]);
    }
}
