//! What stands in brackets at the end of a first line and is no rule: it has no level and no waiver, and a page like a rule's.

use super::GUIDE;

/// A kind of message with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// What users see in `[brackets]`, and its anchor in the guide.
    pub name: &'static str,
    /// Markdown for the guide: what it says, and what to do about it.
    pub docs: &'static str,
}

/// All of them, in the order of the guide.
pub const NOTES: [Note; 2] = [
    Note {
        name: "check_skipped",
        docs: "Something that a rule looks at could not be read, for lack of a permission or of an answer: the policies of the SMS role, the \
               settings of SNS, the pool's own description, or the pools that send with a role. The rules about it are left undecided, and the \
               plan goes on, so AWS may still refuse the change at apply. The first line names the action, and the message the statement that \
               allows it. It is a warning at plan alone, and no waiver is needed. Where the permission is not wanted, `lookups` in the provider \
               block leaves checks of IAM or of SNS out without a word.",
    },
    Note {
        name: "unknown_value",
        docs: "An argument that takes one of a few words has another one. The words are case-sensitive, as in the API, and vocabularies differ: \
               the console and the CDK say \"required\" where the API and this provider say `ON`, while passkeys have a `required` in lower case. \
               The message lists the words that are taken, and proposes the one that was most likely meant.",
    },
];

impl Note {
    /// Where to read on.
    pub fn more(&self) -> String {
        format!("More:\n{GUIDE}#{0}\nor `terraform-provider-cognitomfa explain {0}`", self.name)
    }
}

/// The note of this name.
pub fn find(name: &str) -> Option<&'static Note> {
    NOTES.iter().find(|note| note.name == name)
}
