//! What one resource says of one object.

use serde_json::{Value as Json, json};

/// What a resource has, or what its end takes away, of an object such as a user pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Id of the process that says it; filled in by the walk.
    pub process: String,
    /// Key of the object.
    pub object: String,
    /// Type of the resource.
    pub resource: String,
    /// Id of the state, the same from its creation to its end.
    pub generation: String,
    /// The generation that this one replaces, where that is known.
    pub succeeds: Option<String>,
    /// What becomes of the resource.
    pub act: Act,
    /// The parts of the object that its configuration has; of an end, those it would take away.
    pub parts: Vec<String>,
    /// The parts that other resources declare and its configuration takes up.
    pub lists: Vec<String>,
    /// Of a pool: the SMS sender that its configuration has, in words that only tell it from others; `?` while it is not known.
    pub sends: Option<String>,
    /// How a process has left the object, in digits that tell nothing else.
    pub left: Option<String>,
    /// Beside `left`: the object before that write, as JSON.
    pub over: Option<String>,
    /// What the generation before had found, where a later end may restore it: the record as JSON.
    pub found: Option<String>,
    /// The parts that are not on the object after its write, whoever has them.
    pub removes: Vec<String>,
}

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Act {
    /// Planned: nothing.
    #[default]
    Stays,
    /// Planned: its state changes, and nothing that AWS sees.
    Settles,
    /// Planned: it is created or changed.
    Writes,
    /// Planned: it ends.
    Ends,
    /// Planned: an older object of a resource that has a newer one goes from the state.
    Forgets,
    /// Applied: it was created or changed.
    Wrote,
    /// Applied: its part was taken away.
    Ended,
    /// Applied: a process has written the object, whichever resource it was for.
    Left,
}

const ACTS: [(Act, &str); 8] = [
    (Act::Stays, "stays"),
    (Act::Settles, "settles"),
    (Act::Writes, "writes"),
    (Act::Ends, "ends"),
    (Act::Forgets, "forgets"),
    (Act::Wrote, "wrote"),
    (Act::Ended, "ended"),
    (Act::Left, "left"),
];

impl Act {
    /// Whether the resource is there after the run, as far as this act says.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Stays | Self::Settles | Self::Writes | Self::Wrote)
    }

    /// Whether core calls the resource's apply.
    pub fn is_applied(self) -> bool {
        self != Self::Stays
    }

    /// Whether it was said by an apply.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Wrote | Self::Ended | Self::Left)
    }
}

impl Claim {
    /// Whether two claims are about one resource: of one generation, or of two that follow each other.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        let follows = |one: &Self, other: &Self| one.succeeds.as_ref() == Some(&other.generation);
        self.generation == other.generation || follows(self, other) || follows(other, self)
    }

    /// The claim as a line of a record.
    pub fn encode(&self) -> String {
        let act = ACTS.iter().find(|(act, _)| *act == self.act).map_or("stays", |(_, word)| *word);
        let line = json!({
            "process": self.process, "object": self.object, "resource": self.resource, "generation": self.generation,
            "succeeds": self.succeeds, "act": act, "parts": self.parts, "lists": self.lists, "removes": self.removes,
            "sends": self.sends, "left": self.left, "over": self.over, "found": self.found,
        });
        format!("{line}\n")
    }

    /// Reads a line of a record; `None` for one that was not written whole, or by another version.
    pub fn decode(line: &str) -> Option<Self> {
        let line: Json = serde_json::from_str(line).ok()?;
        let text = |name: &str| line.get(name)?.as_str().map(str::to_owned);
        let texts = |name: &str| {
            let elements = line.get(name)?.as_array()?;
            elements.iter().map(|element| element.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        };
        let word = text("act")?;
        Some(Self {
            process: text("process")?,
            object: text("object")?,
            resource: text("resource")?,
            generation: text("generation")?,
            succeeds: text("succeeds"),
            act: ACTS.iter().find(|(_, known)| *known == word)?.0,
            parts: texts("parts")?,
            lists: texts("lists")?,
            sends: text("sends"),
            left: text("left"),
            over: text("over"),
            found: text("found"),
            removes: texts("removes")?,
        })
    }
}

/// Adds a claim. What was planned of the same object by the same resource before is out of date; what was applied is not, for a
/// replacement ends one generation and begins another.
pub fn put(claims: &mut Vec<Claim>, claim: Claim) {
    let is_replaced = |older: &Claim| {
        if claim.act == Act::Left || older.act == Act::Left {
            // Each moment counts: a slower reader may have seen an earlier one.
            return false;
        }
        let same = older.process == claim.process && older.object == claim.object && older.generation == claim.generation;
        same && (older.act.is_live() == claim.act.is_live()) && (!older.act.is_done() || claim.act.is_done())
    };
    claims.retain(|older| !is_replaced(older));
    claims.push(claim);
}
