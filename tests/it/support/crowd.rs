//! Many pools of one account, on a sandbox that keeps AWS's request quotas, and what its journal says about a command.

use std::collections::BTreeMap;

use serde_json::json;

use super::aws::{Aws, REGION};
use super::journal::Entry;
use super::{Cli, Endpoint, Workspace};

/// An account full of pools.
#[derive(Debug)]
pub struct Crowd {
    /// The sandbox; its quotas are off until [`Crowd::keep_quotas`].
    pub endpoint: Endpoint,
    pools: Vec<String>,
}

impl Crowd {
    /// So many new pools, all without MFA.
    pub fn new(count: usize) -> Self {
        let endpoint = Endpoint::sandbox(&[]);
        let aws = Aws::at(&endpoint.url);
        let pools = (0..count).map(|number| aws.create_pool(&format!("pool-{number}"))).collect();
        Self { endpoint, pools }
    }

    /// Lets the sandbox throttle what exceeds AWS's quotas, of which others use up a part.
    pub fn keep_quotas(&self, used_by_others: f64) {
        self.endpoint.turn(&json!({ "quotas": { "speed": 1, "used_by_others": used_by_others } }));
    }

    /// A workspace whose provider keeps AWS's quotas on this endpoint, as it does on AWS's own.
    pub fn workspace(&self, cli: &Cli) -> Workspace {
        let mut workspace = Workspace::at(cli, &self.endpoint.url);
        workspace.set("COGNITOMFA_QUOTAS", "aws");
        workspace
    }

    /// Configures the pools of one of `parts` equal parts of the crowd, spread over provider blocks. Terraform starts a process
    /// for each block, because no two have the same arguments.
    pub fn configure(&self, workspace: &Workspace, blocks: usize, (part, parts): (usize, usize), mode: &str) {
        let size = self.pools.len() / parts;
        let pools = &self.pools[part * size..(part + 1) * size];
        let url = &self.endpoint.url;
        let mut text =
            "terraform {\n  required_providers {\n    cognitomfa = { source = \"cognitomfa/cognitomfa\" }\n  }\n}\n".to_owned();
        for (block, pools) in pools.chunks(pools.len().div_ceil(blocks)).enumerate() {
            let list = pools.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
            text.push_str(&format!(
                r#"
provider "cognitomfa" {{
  alias       = "p{block}"
  region      = "{REGION}"
  max_retries = {retries}
  endpoints {{
    cognitoidp = "{url}"
    iam        = "{url}"
    sns        = "{url}"
    sts        = "{url}"
  }}
}}

locals {{
  pools{block} = [{list}]
}}

resource "cognitomfa_user_pool_mfa" "p{block}" {{
  count                            = length(local.pools{block})
  provider                         = cognitomfa.p{block}
  user_pool_id                     = local.pools{block}[count.index]
  mfa_configuration                = "{mode}"
  software_token_mfa_configuration = {{ enabled = true }}
}}
"#,
                retries = 25 + block
            ));
        }
        workspace.write("provider.tf", "").write("main.tf", &text);
    }

    /// What the sandbox was asked since the journal was cleared.
    pub fn calls(&self) -> Calls {
        Calls::of(&self.endpoint.journal())
    }
}

/// Requests a second that AWS allows for the operations the provider makes once a pool.
fn quota(operation: &str) -> Option<f64> {
    match operation {
        "GetUserPoolMfaConfig" => Some(20.0),
        "SetUserPoolMfaConfig" | "DescribeUserPool" => Some(15.0),
        _ => None,
    }
}

/// A journal in numbers.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    /// Answered calls by operation.
    pub answered: BTreeMap<String, usize>,
    /// Calls that were throttled.
    pub throttled: usize,
    /// Calls that were refused for another reason.
    pub refused: usize,
    /// From the first to the last, in seconds.
    pub seconds: f64,
}

impl Calls {
    fn of(journal: &[Entry]) -> Self {
        let mut calls = Self::default();
        for entry in journal {
            match entry.error.as_deref() {
                None => *calls.answered.entry(entry.operation.clone()).or_default() += 1,
                Some("TooManyRequestsException") => calls.throttled += 1,
                Some(_) => calls.refused += 1,
            }
        }
        let moments = || journal.iter().map(|entry| entry.at_ms);
        calls.seconds = moments().max().zip(moments().min()).map_or(0.0, |(last, first)| (last - first) as f64 / 1_000.0);
        calls
    }

    /// Calls in all.
    pub fn all(&self) -> usize {
        self.answered.values().sum::<usize>() + self.throttled + self.refused
    }

    /// The part of all calls that was throttled, from 0 to 1.
    pub fn throttled_share(&self) -> f64 {
        self.throttled as f64 / (self.all() as f64).max(1.0)
    }

    /// How long the answered calls take at least, in seconds: as long as the fullest quota, of which others leave `left`.
    pub fn floor(&self, left: f64) -> f64 {
        let seconds =
            |(operation, count): (&String, &usize)| quota(operation).map_or(0.0, |quota| *count as f64 / (quota * left));
        self.answered.iter().map(seconds).fold(0.0, f64::max)
    }
}
