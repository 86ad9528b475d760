//! `ValidateDataResourceConfig` and `ReadDataSource`. The provider has no data sources: every type is unknown.

use super::guard::{Answer, Refusal};
use crate::proto::tfplugin6::{Diagnostic as Problem, read_data_source, validate_data_resource_config};
use crate::tf::Diagnostic;

pub(super) async fn validate(type_name: String) -> Result<validate_data_resource_config::Response, Refusal> {
    Err(unknown_type(&type_name).into())
}

pub(super) async fn read(type_name: String) -> Result<read_data_source::Response, Refusal> {
    Err(unknown_type(&type_name).into())
}

fn unknown_type(type_name: &str) -> Diagnostic {
    let detail = format!("The cognitomfa provider has no data source `{type_name}`. It has none.");
    Diagnostic::error("Unknown data source", detail)
}

impl Answer for validate_data_resource_config::Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem] }
    }
}

impl Answer for read_data_source::Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
