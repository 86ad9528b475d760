//! What may be marked as sensitive where it comes from: core tells a provider no such mark, so findings repeat none of it.

use crate::mfa::{Email, Mode, Preference, RoleFacts, Settings, Sms, SmsSender, Transition, Wanted, WantedEmail, WantedSender};
use crate::rules::tests::domain::{self, Dice};
use crate::rules::{Level, Moment, NAMES, Policy, Profile, all, example, judge};
use crate::tf::Value::{self, Known};

const TEXT: &str = "canary-text {####}";
const EXTERNAL_ID: &str = "canary-external-id";
const USERNAME: &str = "canary-user";

/// The rule that is about a role's external id.
const ABOUT_EXTERNAL_IDS: &str = "sms_role_external_id_mismatch";

fn filled<T>(value: &mut Value<T>, new: T) {
    if let Known(old) = value {
        *old = new;
    }
}

fn sender(sender: &mut SmsSender) {
    let id = Some(EXTERNAL_ID.to_owned());
    match sender {
        SmsSender::Sns(sns) => sns.external_id = id,
        SmsSender::EndUserMessaging(messaging) => messaging.external_id = id,
    }
}

fn settings(settings: &mut Settings) {
    if let Some(Sms { message, sender: on_pool }) = &mut settings.sms {
        *message = Some(TEXT.to_owned());
        on_pool.iter_mut().for_each(sender);
    }
    if let Some(Email { message, subject }) = &mut settings.email {
        (*message, *subject) = (Some(TEXT.to_owned()), Some(TEXT.to_owned()));
    }
}

fn wanted(wanted: &mut Wanted) {
    filled(&mut wanted.sms_message, TEXT.to_owned());
    if let Known(WantedSender::Sns { external_id, .. } | WantedSender::EndUserMessaging { external_id, .. }) =
        &mut wanted.sms_sender
    {
        *external_id = Known(EXTERNAL_ID.to_owned());
    }
    if let Known(WantedEmail { message, subject }) = &mut wanted.email {
        (*message, *subject) = (Known(TEXT.to_owned()), Known(TEXT.to_owned()));
    }
}

/// The same change with canaries wherever somebody may have something to hide.
fn with_canaries(mut change: Transition) -> Transition {
    if let Known(live) = &mut change.live {
        settings(live);
    }
    if let Known(request) = &mut change.request {
        wanted(request);
    }
    if let Known(sibling) = &mut change.sibling {
        wanted(&mut sibling.settings);
    }
    if let Known(pool) = &mut change.pool {
        pool.sms_sender.iter_mut().for_each(sender);
    }
    if let Known(RoleFacts::Found { trust_policy, .. }) = &mut change.role {
        *trust_policy = trust_policy.replace("prod-1", EXTERNAL_ID).replace("prod-2", "canary-external-id-2");
    }
    if let Some(preference) = &mut change.preference {
        filled(&mut preference.username, USERNAME.to_owned());
    }
    change
}

/// Judges everything as loud as it can be, and counts what was said.
fn assert_nothing_is_told(change: &Transition) -> usize {
    let mut said = 0;
    for profile in Profile::ALL {
        let severity = NAMES.iter().map(|name| ((*name).to_owned(), Level::Error)).collect();
        let policy = Policy { profile, severity, ..Policy::default() };
        for moment in [Moment::Validate, Moment::Plan, Moment::Apply] {
            for found in judge(change, moment, &policy) {
                let text = format!("{}\n{}", found.summary, found.detail);
                let about_it = found.cause.as_deref() == Some(ABOUT_EXTERNAL_IDS);
                let told = if about_it { text.replace(EXTERNAL_ID, "") } else { text };
                assert!(!told.contains("canary"), "{told}");
                said += 1;
            }
        }
    }
    said
}

#[test]
fn no_finding_repeats_a_text_an_external_id_or_a_username() {
    let mut said = 0;
    for rule in all() {
        for change in [(rule.rejected)(), (rule.accepted)()] {
            said += assert_nothing_is_told(&with_canaries(change));
        }
    }
    assert!(said > 250, "{said}");
    let mut dice = Dice::new(20_261_130);
    let said: usize = (0..500).map(|_| assert_nothing_is_told(&with_canaries(domain::change(&mut dice)))).sum();
    assert!(said > 5_000, "{said}");
}

#[test]
fn the_canaries_are_where_they_should_be() {
    let live = example::with_email(example::sms(Mode::On));
    let change = with_canaries(example::change(live.clone(), &live));
    let shown = format!("{change:?}");
    assert!(shown.matches(TEXT).count() >= 3 && shown.matches(EXTERNAL_ID).count() >= 3, "{shown}");
    let user = with_canaries(example::preferring(Preference { sms: example::block(true, false), ..Preference::default() }));
    assert!(format!("{user:?}").contains(USERNAME));
}
