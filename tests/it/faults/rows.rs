//! The fault table: what is spoiled, how often, and what has to come of it.

use super::bench::Operation;
use super::fault::Spoiled::{self, Altered, Canned, Close, DripBody, DripHead, Endless, Hang, Reset, Stale, Truncate};
use super::fault::{self, Alteration, Canned as Answer, Fault, Order};

/// What has to come of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It ends as if nothing had been spoiled.
    Succeeds,
    /// It succeeds and says this.
    Warns(&'static str),
    /// It fails and says this.
    Fails(&'static str),
    /// Both are right; the invariants tell.
    Either,
}

/// How many requests are spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    Once,
    Twice,
    EverySecond,
    Always,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Of the fault table, such as `F4`.
    pub id: &'static str,
    pub name: &'static str,
    pub kind: Spoiled,
    pub times: Times,
    /// Spoiling `GetUserPoolMfaConfig` of a refresh or an import.
    pub get: Option<Expect>,
    /// Spoiling `DescribeUserPool` of a plan.
    pub describe: Option<Expect>,
    /// Spoiling `SetUserPoolMfaConfig` that is not carried out.
    pub unwritten: Option<Expect>,
    /// Spoiling `SetUserPoolMfaConfig` that is carried out.
    pub written: Option<Expect>,
}

const fn row(id: &'static str, name: &'static str, kind: Spoiled, times: Times) -> Row {
    Row { id, name, kind, times, get: None, describe: None, unwritten: None, written: None }
}

impl Row {
    const fn reads(mut self, expect: Expect) -> Self {
        self.get = Some(expect);
        self.describe = Some(expect);
        self
    }

    const fn get(mut self, expect: Expect) -> Self {
        self.get = Some(expect);
        self
    }

    const fn describe(mut self, expect: Expect) -> Self {
        self.describe = Some(expect);
        self
    }

    const fn unwritten(mut self, expect: Expect) -> Self {
        self.unwritten = Some(expect);
        self
    }

    const fn written(mut self, expect: Expect) -> Self {
        self.written = Some(expect);
        self
    }

    /// All four alike when one answer is lost: reads are made again, writes are settled.
    const fn heals(self) -> Self {
        self.reads(Expect::Succeeds).unwritten(Expect::Succeeds).written(Expect::Succeeds)
    }

    /// What an endpoint does that never answers well: a write that happened is found by reading.
    const fn stays(self, said: &'static str) -> Self {
        self.reads(Expect::Fails(said)).unwritten(Expect::Fails(said)).written(Expect::Succeeds)
    }

    /// The expectation for an operation; `None` where the row does not apply to it.
    pub fn expects(&self, operation: Operation, committed: bool) -> Option<Expect> {
        match operation {
            Operation::Refresh | Operation::Import => self.get.filter(|_| !committed),
            Operation::Plan => self.describe.filter(|_| !committed),
            Operation::Create | Operation::Update | Operation::Destroy if committed => self.written,
            Operation::Create | Operation::Update | Operation::Destroy => self.unwritten,
        }
    }

    /// The order that spoils what the operation does.
    pub fn order(&self, operation: Operation, committed: bool) -> Order {
        let fault = Fault { kind: self.kind, committed };
        let call = match (operation, self.kind) {
            // The old value is shown by the reads after the write.
            (Operation::Create | Operation::Update | Operation::Destroy, Stale) => "GetUserPoolMfaConfig",
            (Operation::Refresh | Operation::Import, _) => "GetUserPoolMfaConfig",
            (Operation::Plan, _) => "DescribeUserPool",
            _ => "SetUserPoolMfaConfig",
        };
        match self.times {
            Times::Once => Order::first(1, call, fault),
            Times::Twice => Order::first(2, call, fault),
            Times::EverySecond => Order::always(call, fault).alternating(),
            Times::Always => Order::always(call, fault),
        }
    }
}

use Expect::{Either, Fails, Succeeds, Warns};
use Times::{Always, EverySecond, Once, Twice};

const FOREIGN: &str = "which is not an answer of AWS";
const ALLOW: &str = "Allow the action to the credentials";

/// Every line.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("F1", "nobody_listens", Spoiled::Down, Once).reads(Fails("could not be reached")).written(Either),
    row("F2", "no_answer_once", Hang, Once).heals(),
    row("F2", "no_answer_ever", Hang, Always).stays("did not answer within"),
    row("F3", "headers_drip_once", DripHead, Once).heals(),
    row("F3", "headers_drip_always", DripHead, Always).stays("did not answer within"),
    row("F3", "body_drips_once", DripBody, Once).heals(),
    row("F3", "body_drips_always", DripBody, Always).stays("did not answer within"),
    row("F4", "body_truncated_once", Truncate, Once).heals(),
    row("F4", "body_truncated_always", Truncate, Always).stays("broke off"),
    row("F4", "reset_once", Reset, Once).heals(),
    row("F4", "reset_always", Reset, Always).stays("could not be reached"),
    row("F4", "closed_once", Close, Once).heals(),
    row("F4", "closed_always", Close, Always).stays("could not be reached"),
    row("F5", "error_500_once", Canned(fault::INTERNAL), Once).heals(),
    row("F5", "error_500_always", Canned(fault::INTERNAL), Always).stays("InternalErrorException"),
    row("F5", "error_503_once", Canned(fault::UNAVAILABLE), Once).heals(),
    row("F5", "error_503_always", Canned(fault::UNAVAILABLE), Always).stays("ServiceUnavailableException"),
    row("F5", "html_500_twice", Canned(Answer::Html(500)), Twice).heals(),
    row("F5", "html_503_always", Canned(Answer::Html(503)), Always).stays(FOREIGN),
    row("F5", "empty_502_once", Canned(Answer::Empty(502)), Once).heals(),
    row("F5", "html_200_once", Canned(Answer::Html(200)), Once).heals(),
    row("F5", "html_200_always", Canned(Answer::Html(200)), Always).stays(FOREIGN),
    row("F5", "empty_200_once", Canned(Answer::Empty(200)), Once).heals(),
    row("F5", "empty_200_always", Canned(Answer::Empty(200)), Always).stays(FOREIGN),
    row("F5", "list_200_always", Canned(Answer::List), Always).stays(FOREIGN),
    row("F6", "throttled_once", Canned(fault::THROTTLED), Once).reads(Succeeds).unwritten(Succeeds),
    row("F6", "throttled_every_second", Canned(fault::THROTTLED), EverySecond).reads(Succeeds).unwritten(Succeeds),
    row("F6", "throttled_always", Canned(fault::THROTTLED), Always).reads(Fails("throttling")).unwritten(Fails("throttling")),
    row("F7", "limit_exceeded", Canned(fault::LIMIT), Always).unwritten(Fails("LimitExceededException")),
    row("F8", "another_write_once", Canned(fault::CONCURRENT), Once).unwritten(Succeeds),
    row("F8", "another_write_always", Canned(fault::CONCURRENT), Always).unwritten(Fails("ConcurrentModificationException")),
    row("F9", "pool_deleted_before_the_write", Canned(fault::GONE), Always).unwritten(Fails("ResourceNotFoundException")),
    row("F10", "pool_deleted_before_the_refresh", Canned(fault::GONE), Always).get(Either),
    row("F11", "role_not_visible_twice",
        Canned(Answer::Error(400, "InvalidSmsRoleTrustRelationshipException", "Role does not have a trust relationship")), Twice)
        .unwritten(Succeeds),
    row("F11", "role_never_visible",
        Canned(Answer::Error(400, "InvalidSmsRoleTrustRelationshipException", "Role does not have a trust relationship")), Always)
        .unwritten(Fails("IAM role")),
    row("F12", "denied", Canned(fault::DENIED), Always).get(Fails(ALLOW)).describe(Warns("check_skipped")).unwritten(Fails(ALLOW)),
    row("F13", "credentials_expired", Canned(fault::EXPIRED), Always).get(Fails("ExpiredTokenException"))
        .unwritten(Fails("ExpiredTokenException")),
    row("F14", "clock_behind_once", Canned(Answer::Skewed(600)), Once).get(Succeeds).unwritten(Succeeds),
    row("F14", "clock_behind_always", Canned(Answer::Skewed(600)), Always).get(Fails("clock")).unwritten(Fails("clock")),
    row("F19", "unknown_mode", Altered(Alteration::NewMode), Always).get(Fails("ADAPTIVE")).written(Either),
    row("F19", "unknown_verification", Altered(Alteration::NewVerification), Always).get(Succeeds).written(Succeeds),
    row("F19", "unknown_member", Altered(Alteration::NewMember), Always).reads(Succeeds).written(Succeeds),
    row("F19", "mode_missing", Altered(Alteration::NoMode), Always).get(Fails("`MfaConfiguration`")).written(Succeeds),
    row("F19", "token_missing", Altered(Alteration::NoToken), Always).get(Either).written(Either),
    row("F19", "wrong_type", Altered(Alteration::WrongType), Always).get(Fails(FOREIGN)).written(Succeeds),
    row("F20", "answer_of_64_mib", Canned(Answer::Huge), Once).reads(Fails("longer than")).written(Succeeds),
    row("F20", "answer_without_end", Endless, Once).reads(Fails("longer than")).written(Succeeds),
    row("F20", "a_million_brackets", Canned(Answer::Deep), Always).stays(FOREIGN),
    row("F20", "compressed", Canned(Answer::Gzip), Always).stays(FOREIGN),
    row("F21", "old_value_once", Stale, Once).written(Succeeds),
    row("F21", "old_value_always", Stale, Always).written(Warns("still shows the MFA settings from before")),
];
