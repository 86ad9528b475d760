//! The diagram of the steps between MFA modes, from the table that the judge fills.

mod picture;
mod text;

use cognitomfa::mfa::Mode;
use cognitomfa::rules::matrix::{Concern, Outcome, Step, step};
use cognitomfa::rules::{Level, Profile};

use super::drift::Page;

pub use text::drawn;

/// Where the picture is. The registry takes nothing but markdown below `docs/`.
pub const PICTURE: &str = "assets/mfa-transitions.svg";

/// The picture, for the profile that applies where nobody says otherwise.
pub fn page() -> Page {
    Page { path: PICTURE.to_owned(), text: picture::drawn(&Arrows::of(Profile::default()), Profile::default()) }
}

/// What stands at an arrow: what becomes of the step, and who says so.
pub struct Arrow {
    pub outcome: Outcome,
    /// Names, with a star where the pool or the request has to have something, and how loud each is.
    pub rules: Vec<(String, Outcome)>,
}

impl Arrow {
    fn of(step: &Step, profile: Profile) -> Self {
        let heard = |concern: &&Concern| concern.levels.level(profile) > Level::Off;
        let named = |concern: &Concern, star: &str| {
            (format!("{}{star}", concern.rule.name), Outcome::from(concern.levels.level(profile)))
        };
        let plain = step.plain.iter().filter(heard).map(|concern| named(concern, ""));
        let of_step = step.conditional.iter().filter(|concern| concern.is_of_step).filter(heard);
        Self { outcome: step.outcome(profile), rules: plain.chain(of_step.map(|concern| named(concern, "*"))).collect() }
    }

    /// Lines of text, each with the outcome that colours it.
    pub fn lines(&self) -> Vec<(String, Outcome)> {
        [(self.outcome.as_str().to_owned(), self.outcome)].into_iter().chain(self.rules.clone()).collect()
    }
}

/// The six steps. `up` leads to more MFA, `down` to less.
pub struct Arrows {
    pub off_to_optional: Arrow,
    pub optional_to_on: Arrow,
    pub off_to_on: Arrow,
    pub optional_to_off: Arrow,
    pub on_to_optional: Arrow,
    pub on_to_off: Arrow,
}

impl Arrows {
    pub fn of(profile: Profile) -> Self {
        let arrow = |from, to| Arrow::of(&step(from, to), profile);
        Self {
            off_to_optional: arrow(Mode::Off, Mode::Optional),
            optional_to_on: arrow(Mode::Optional, Mode::On),
            off_to_on: arrow(Mode::Off, Mode::On),
            optional_to_off: arrow(Mode::Optional, Mode::Off),
            on_to_optional: arrow(Mode::On, Mode::Optional),
            on_to_off: arrow(Mode::On, Mode::Off),
        }
    }
}

#[test]
fn both_forms_say_what_the_table_says() {
    for profile in Profile::ALL {
        let arrows = Arrows::of(profile);
        let forms = [text::drawn(&arrows), picture::drawn(&arrows, profile)];
        let all = [
            &arrows.off_to_optional,
            &arrows.optional_to_on,
            &arrows.off_to_on,
            &arrows.optional_to_off,
            &arrows.on_to_optional,
            &arrows.on_to_off,
        ];
        for (name, _) in all.iter().flat_map(|arrow| &arrow.rules) {
            for form in &forms {
                assert!(form.contains(name.as_str()), "{name}\n{form}");
            }
        }
        for outcome in [Outcome::Allowed, Outcome::Warned, Outcome::Refused] {
            let count = all.iter().filter(|arrow| arrow.outcome == outcome).count();
            assert_eq!(forms[0].matches(outcome.as_str()).count(), count, "{}\n{}", outcome.as_str(), forms[0]);
        }
    }
    let guarded = Arrows::of(Profile::Guarded);
    assert_eq!(guarded.on_to_off.outcome, Outcome::Refused);
    assert_eq!(guarded.on_to_off.rules[0].0, "required_to_off");
}
