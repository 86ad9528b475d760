//! Many pools under AWS's request quotas: nothing fails, and next to nothing is throttled.

use crate::support::crowd::Crowd;
use crate::support::running::Running;
use crate::support::{Cli, Workspace, clis};

const LIMIT: std::time::Duration = std::time::Duration::from_secs(180);

/// Terraform 1.15.5: what is asked here is a matter of the provider's process alone.
fn cli() -> &'static Cli {
    &clis::all()[0]
}

fn start(workspace: &Workspace, verb: &str, parallelism: &str) -> Running {
    let options = ["-no-color", "-input=false", "-lock=false", parallelism];
    let options = if verb == "apply" { [&options[..], &["-auto-approve"]].concat() } else { options.to_vec() };
    Running::start(workspace.command(&[&[verb], &options[..]].concat()))
}

/// Brings the pools into the state at full speed, as if they had always been there.
fn settle(crowd: &Crowd, workspace: &mut Workspace) {
    workspace.unset("COGNITOMFA_QUOTAS");
    start(workspace, "apply", "-parallelism=20").finish(LIMIT).expect_code(0);
    workspace.set("COGNITOMFA_QUOTAS", "aws");
    crowd.endpoint.clear_journal();
}

#[track_caller]
fn expect_no_failure(crowd: &Crowd, running: Vec<Running>) {
    for running in running {
        let output = running.finish(LIMIT);
        assert_eq!(output.code, 0, "{}", output.transcript());
    }
    let calls = crowd.calls();
    assert_eq!(calls.refused, 0, "{calls:?}");
    assert!(calls.throttled_share() <= 0.01, "{calls:?}");
}

#[test]
fn a_refresh_and_an_apply_keep_the_quotas() {
    let crowd = Crowd::new(60);
    let mut workspace = crowd.workspace(cli());
    crowd.configure(&workspace, 1, (0, 1), "OPTIONAL");
    settle(&crowd, &mut workspace);
    crowd.keep_quotas(0.0);
    expect_no_failure(&crowd, vec![start(&workspace, "plan", "-parallelism=50")]);
    crowd.configure(&workspace, 1, (0, 1), "ON");
    crowd.endpoint.clear_journal();
    expect_no_failure(&crowd, vec![start(&workspace, "apply", "-parallelism=50")]);
    assert_eq!(crowd.calls().answered["SetUserPoolMfaConfig"], 60);
}

#[test]
fn three_aliases_of_one_account_keep_the_quotas_together() {
    let crowd = Crowd::new(120);
    let mut workspace = crowd.workspace(cli());
    crowd.configure(&workspace, 3, (0, 1), "OPTIONAL");
    settle(&crowd, &mut workspace);
    crowd.keep_quotas(0.0);
    expect_no_failure(&crowd, vec![start(&workspace, "plan", "-parallelism=50")]);
    assert_eq!(crowd.calls().answered["GetUserPoolMfaConfig"], 120);
}

/// What another machine does shows in the throttles alone: some are met, none ends a call.
#[test]
fn quotas_that_others_use_up_slow_a_refresh_down_and_fail_nothing() {
    let crowd = Crowd::new(60);
    let mut workspace = crowd.workspace(cli());
    crowd.configure(&workspace, 1, (0, 1), "OPTIONAL");
    settle(&crowd, &mut workspace);
    crowd.keep_quotas(0.6);
    let output = start(&workspace, "plan", "-parallelism=50").finish(LIMIT);
    assert_eq!(output.code, 0, "{}", output.transcript());
    let calls = crowd.calls();
    assert_eq!((calls.answered["GetUserPoolMfaConfig"], calls.refused), (60, 0), "{calls:?}");
    assert!(calls.throttled > 0, "{calls:?}");
}
