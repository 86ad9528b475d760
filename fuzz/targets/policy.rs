//! Policy documents: the trust policy of a role, and what its policies let it do.

use std::mem::discriminant;

use cognitomfa::mfa::role_policy::{AssumeRequest, TrustPolicy, allows, assume};
use cognitomfa::tf::Value;
use serde_json::Value as Json;

/// One document as text.
pub fn run(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let turned = turned(&text);
    for request in requests() {
        let assumption = assume(&text, &request);
        assert_eq!(assumption, assume(&format!(" {text}\n"), &request), "blanks around a document change it");
        if let (Ok(policy), Some(Ok(turned))) = (TrustPolicy::parse(&text), turned.as_deref().map(TrustPolicy::parse)) {
            let kinds = |policy: &TrustPolicy| {
                let id = policy.external_id(&request);
                (discriminant(&policy.trust(&request)), discriminant(&id), policy.is_open_to_other_pools())
            };
            assert_eq!(kinds(&policy), kinds(&turned), "the order of the statements matters");
        }
    }
    for action in ["sns:Publish", "sms-voice:SendTextMessage"] {
        let permission = discriminant(&allows(&[&text], action));
        assert_eq!(permission, discriminant(&allows(&[&text, &text], action)), "the same policy twice says something else");
        if let Some(turned) = &turned {
            assert_eq!(permission, discriminant(&allows(&[turned], action)), "the order of the statements matters");
        }
    }
    TrustPolicy::parse(&text).is_ok()
}

fn requests() -> [AssumeRequest<'static>; 4] {
    let arn = Some("arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Ab12Cd34E");
    [
        AssumeRequest { external_id: Value::Known("external-id"), account: Some("123456789012"), pool_arn: arn },
        AssumeRequest { external_id: Value::Null, account: Some("123456789012"), pool_arn: arn },
        AssumeRequest { external_id: Value::Unknown, account: None, pool_arn: None },
        AssumeRequest { external_id: Value::Known(""), account: None, pool_arn: arn },
    ]
}

/// The same document with its statements the other way round.
fn turned(text: &str) -> Option<String> {
    let mut document: Json = serde_json::from_str(text).ok()?;
    document.get_mut("Statement")?.as_array_mut()?.reverse();
    Some(document.to_string())
}
