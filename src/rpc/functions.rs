//! `GetFunctions` and `CallFunction`. The provider has no functions: every name is unknown.

use super::guard::{Answer, Refusal};
use crate::proto::tfplugin6::{Diagnostic as Problem, FunctionError, call_function, get_functions};
use crate::tf::Diagnostic;

pub(super) async fn list() -> Result<get_functions::Response, Refusal> {
    Ok(get_functions::Response::default())
}

pub(super) async fn call(name: String) -> Result<call_function::Response, Refusal> {
    let detail = format!("The cognitomfa provider has no function `{name}`. It has none.");
    Err(Diagnostic::error("Unknown function", detail).into())
}

impl Answer for get_functions::Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}

impl Answer for call_function::Response {
    fn refusing(problem: Problem) -> Self {
        Self { error: Some(FunctionError { text: problem.detail, function_argument: None }), ..Self::default() }
    }
}
