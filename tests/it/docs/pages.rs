//! Every generated page: the index, one page a resource, and the guide to the rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cognitomfa::provider::Provider;
use cognitomfa::resources;
use cognitomfa::tf::{IdentitySchema, Schema};

use super::drift::Page;
use super::template::{fenced, frontmatter, render};
use super::{diagram, firing, guide, links, prose, schema_section};

const PROVIDER: &str = "cognitomfa";
const IMPORT_BLOCK: &str = "[`import` block](https://developer.hashicorp.com/terraform/language/import)";
const IMPORT_COMMAND: &str = "[`terraform import`](https://developer.hashicorp.com/terraform/cli/commands/import)";
/// What every resource's page tells, in this order.
const SECTIONS: [&str; 6] = [
    "## Example Usage",
    "## Schema",
    "## What this resource does",
    "## Required IAM permissions",
    "## Rules that can fire",
    "## Import",
];

/// What a page is about.
struct Subject<'a> {
    /// Title on the page, such as `cognitomfa_user_pool_mfa (Resource)`.
    title: String,
    /// Title in the browser and in search results.
    page_title: String,
    is_index: bool,
    schema: &'a Schema,
    identity: Option<&'a IdentitySchema>,
    /// Folder of its examples, from the root of the repository.
    examples: String,
}

impl Subject<'_> {
    /// The type that a resource's page is about; the last part of the folder of its examples.
    fn type_name(&self) -> &str {
        self.examples.rsplit('/').next().unwrap_or_default()
    }
}

/// Every page, from the templates, examples and schemas below `root`.
pub fn all(root: &Path) -> Result<Vec<Page>, String> {
    let schema = Provider::schema();
    let mut pages = vec![index(root, &schema)?, guide::page(root)?, diagram::page()];
    pages.extend(prose::pages(root)?);
    for resource in resources::all() {
        pages.push(resource_page(root, resource.type_name(), &resource.schema(), resource.identity().as_ref())?);
    }
    Ok(pages)
}

fn index(root: &Path, schema: &Schema) -> Result<Page, String> {
    let title = format!("{PROVIDER} Provider");
    let subject = Subject {
        page_title: title.clone(),
        title,
        is_index: true,
        schema,
        identity: None,
        examples: "examples/provider".into(),
    };
    page(root, "index.md", &subject)
}

fn resource_page(root: &Path, type_name: &str, schema: &Schema, identity: Option<&IdentitySchema>) -> Result<Page, String> {
    let short = type_name.strip_prefix(PROVIDER).and_then(|name| name.strip_prefix('_')).unwrap_or(type_name);
    let subject = Subject {
        title: format!("{type_name} (Resource)"),
        page_title: format!("{type_name} Resource - {PROVIDER}"),
        is_index: false,
        schema,
        identity,
        examples: format!("examples/resources/{type_name}"),
    };
    let page = page(root, &format!("resources/{short}.md"), &subject)?;
    let mut rest = page.text.as_str();
    for section in SECTIONS {
        let heading = format!("\n{section}\n");
        rest = rest.split_once(&heading).ok_or_else(|| format!("{}: `{section}` is missing or out of order", page.path))?.1;
    }
    Ok(page)
}

fn page(root: &Path, name: &str, subject: &Subject<'_>) -> Result<Page, String> {
    let template = format!("templates/{name}.tmpl");
    let text = fs::read_to_string(root.join(&template)).map_err(|error| format!("{template}: {error}"))?;
    let examples = root.join(&subject.examples);
    let mut shown = BTreeSet::new();
    let mut fill = |words: &[&str]| match words {
        ["header"] => Ok(header(subject)),
        ["schema"] => Ok(schema_section::schema(subject.schema)),
        ["example", file] => {
            shown.insert((*file).to_owned());
            code(&examples, file)
        }
        ["import"] => import(&examples, subject.identity),
        ["rules"] => guide::list(&firing::of(subject.type_name())),
        ["rules", names @ ..] => guide::list(names),
        _ => Err("no such placeholder".to_owned()),
    };
    let text = render(&text, &mut fill).map_err(|problem| format!("{template}: {problem}"))?;
    for file in listed(&examples)? {
        let is_shown_elsewhere = file.starts_with("import") || !file.ends_with(".tf");
        if !is_shown_elsewhere && !shown.contains(&file) {
            return Err(format!("{template}: {}/{file} is not shown: add {{{{example {file}}}}}", subject.examples));
        }
    }
    let path = format!("docs/{name}");
    Ok(Page { text: links::absolute(&path, &text)?, path })
}

fn listed(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

fn header(subject: &Subject<'_>) -> String {
    let description = subject.schema.block.description.trim();
    let frontmatter = frontmatter(&subject.page_title, subject.is_index, description);
    format!("{frontmatter}\n\n# {}\n\n{description}", subject.title)
}

fn code(folder: &Path, file: &str) -> Result<String, String> {
    let code = fs::read_to_string(folder.join(file)).map_err(|error| format!("{file}: {error}"))?;
    Ok(fenced(if file.ends_with(".sh") { "shell" } else { "terraform" }, &code))
}

/// The three ways to import, the newest first.
fn import(examples: &Path, identity: Option<&IdentitySchema>) -> Result<String, String> {
    let mut parts = vec!["## Import".to_owned()];
    if let Some(identity) = identity {
        parts.push(format!("From Terraform 1.12 and OpenTofu 1.12 on, an {IMPORT_BLOCK} takes the `identity`:"));
        parts.push(code(examples, "import-by-identity.tf")?);
        parts.push(schema_section::identity(identity));
    }
    parts.push(format!("From Terraform 1.5 and OpenTofu 1.6 on, an {IMPORT_BLOCK} takes the `id`:"));
    parts.push(code(examples, "import-by-string-id.tf")?);
    parts.push(format!("The command {IMPORT_COMMAND} takes the same id:"));
    parts.push(code(examples, "import.sh")?);
    Ok(parts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use cognitomfa::tf::{Attribute, Presence, Type};

    use super::*;

    const TEMPLATE: &str = "{{header}}\n\n## Example Usage\n\n{{example resource.tf}}\n\n{{schema}}\n\n## What this resource does\n\nIt \
                            waits.\n\n## Required IAM permissions\n\nNone.\n\n## Rules that can fire\n\n{{rules}}\n\n{{import}}\n";

    fn house(template: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let examples = folder.path().join("examples/resources/cognitomfa_thing");
        fs::create_dir_all(&examples).unwrap();
        fs::create_dir_all(folder.path().join("templates/resources")).unwrap();
        fs::write(folder.path().join("templates/resources/thing.md.tmpl"), template).unwrap();
        for file in ["resource.tf", "import.sh", "import-by-string-id.tf"] {
            fs::write(examples.join(file), format!("# {file}\n")).unwrap();
        }
        folder
    }

    fn thing(folder: &Path) -> Result<Page, String> {
        let region = Attribute::new("region", Type::String, Presence::OptionalComputed, "Region.");
        resource_page(folder, "cognitomfa_thing", &Schema::new(0, "Manages a `thing`.", vec![region]), None)
    }

    #[test]
    fn a_resource_has_its_page() {
        let page = thing(house(TEMPLATE).path()).unwrap();
        assert_eq!(page.path, "docs/resources/thing.md");
        let begin = "---\npage_title: \"cognitomfa_thing Resource - cognitomfa\"\nsubcategory: \"\"\ndescription: |-\n  Manages a \
                     thing.\n---\n\n# cognitomfa_thing (Resource)\n\nManages a `thing`.\n\n## Example Usage\n\n```terraform\n# \
                     resource.tf\n```\n\n<!-- schema generated by tfplugindocs -->\n## Schema\n\n### Optional\n\n- `region` (String) \
                     Region.\n\n## What this resource does\n";
        assert!(page.text.starts_with(begin), "{}", page.text);
        assert!(page.text.ends_with("takes the same id:\n\n```shell\n# import.sh\n```\n"), "{}", page.text);
    }

    #[test]
    fn a_page_tells_everything() {
        let missing = thing(house(&TEMPLATE.replace("## Required IAM permissions\n\nNone.\n\n", "")).path());
        assert_eq!(missing.err().unwrap(), "docs/resources/thing.md: `## Required IAM permissions` is missing or out of order");
        let unshown = house(TEMPLATE);
        fs::write(unshown.path().join("examples/resources/cognitomfa_thing/resource_more.tf"), "").unwrap();
        assert!(thing(unshown.path()).err().unwrap().contains("resource_more.tf is not shown"));
        let wrong = thing(house(&TEMPLATE.replace("{{rules}}", "{{rules no_such_rule}}")).path());
        assert!(wrong.err().unwrap().contains("no_such_rule"));
    }
}
