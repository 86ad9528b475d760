//! What a plan does, as its JSON says it: the sentences of core differ between products and releases, its JSON does not.

use serde_json::Value;

use super::Workspace;

/// One resource in a plan.
#[derive(Clone, Debug)]
pub struct Change {
    /// Such as `cognitomfa_user_pool_mfa.this`.
    pub address: String,
    /// The address it had, where a `moved` block says so.
    pub previous_address: Option<String>,
    /// Such as `update`, or `delete` and `create`.
    pub actions: Vec<String>,
    /// Whether it is imported first.
    pub is_import: bool,
    /// The state before.
    pub before: Value,
    /// What is known of the state after.
    pub after: Value,
}

impl Change {
    /// The names of top-level attributes whose values differ or are known after apply, in the order of their names.
    pub fn changed(&self) -> Vec<&str> {
        let before = self.before.as_object().into_iter().flatten();
        let mut names: Vec<&str> =
            before.filter(|(name, value)| self.after.get(name) != Some(value)).map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

impl Workspace {
    /// Every resource of a plan, those without a change included.
    #[track_caller]
    pub fn changes(&self, arguments: &[&str]) -> Vec<Change> {
        changes(&self.planned(arguments)["resource_changes"])
    }

    /// The one resource of a plan.
    #[track_caller]
    pub fn change(&self) -> Change {
        let mut all = self.changes(&[]);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// What a refresh finds changed elsewhere.
    #[track_caller]
    pub fn drift(&self) -> Vec<Change> {
        changes(&self.planned(&["-refresh-only"])["resource_drift"])
    }

    /// Fails unless the plan imports the one resource there is and does nothing else.
    #[track_caller]
    pub fn expect_import_alone(&self) {
        let change = self.change();
        assert!(change.is_import && change.actions == ["no-op"], "{change:?}");
    }
}

fn changes(list: &Value) -> Vec<Change> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let change = |entry: &Value| {
        let change = &entry["change"];
        let actions = change["actions"].as_array().unwrap_or_else(|| panic!("a change without actions: {entry}"));
        Change {
            address: text(&entry["address"]).unwrap_or_else(|| panic!("a change without an address: {entry}")),
            previous_address: text(&entry["previous_address"]),
            actions: actions.iter().filter_map(text).collect(),
            is_import: !change["importing"].is_null(),
            before: change["before"].clone(),
            after: change["after"].clone(),
        }
    };
    list.as_array().map_or_else(Vec::new, |list| list.iter().map(change).collect())
}
