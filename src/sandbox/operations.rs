//! The calls there are: one line each.

use serde_json::Value;

use super::cognito::{mfa, pools, preference, tags, update, users};
use super::core::{Core, CoreRequest, Service};
use super::iam::{policies, role_policies, roles, simulate};
use super::refusal::Refusal;
use super::{sns, sts};

/// One call the sandbox answers.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The service.
    pub service: Service,
    /// The name, such as `SetUserPoolMfaConfig`.
    pub name: &'static str,
    /// Whether it changes something.
    pub write: bool,
    pub(super) run: fn(&mut Core, &CoreRequest) -> Result<Value, Refusal>,
}

/// The call of that name, if the sandbox answers it.
pub fn operation(service: Service, name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.service == service && operation.name == name)
}

type Run = fn(&mut Core, &CoreRequest) -> Result<Value, Refusal>;

const fn read(service: Service, name: &'static str, run: Run) -> Operation {
    Operation { service, name, write: false, run }
}

const fn write(service: Service, name: &'static str, run: Run) -> Operation {
    Operation { service, name, write: true, run }
}

use Service::{Cognito, Iam, Sns, Sts};

const OPERATIONS: &[Operation] = &[
    write(Cognito, "CreateUserPool", pools::create_pool),
    read(Cognito, "DescribeUserPool", pools::describe_pool),
    write(Cognito, "UpdateUserPool", update::update_pool),
    write(Cognito, "DeleteUserPool", pools::delete_pool),
    read(Cognito, "ListUserPools", pools::list_pools),
    read(Cognito, "GetUserPoolMfaConfig", mfa::read_mfa_config),
    write(Cognito, "SetUserPoolMfaConfig", mfa::set_mfa_config),
    write(Cognito, "TagResource", tags::tag),
    write(Cognito, "UntagResource", tags::untag),
    read(Cognito, "ListTagsForResource", tags::list_tags),
    write(Cognito, "AdminCreateUser", users::create_user),
    read(Cognito, "AdminGetUser", users::read_user),
    write(Cognito, "AdminDeleteUser", users::delete_user),
    read(Cognito, "ListUsers", users::list_users),
    write(Cognito, "AdminSetUserMFAPreference", preference::set_preference),
    write(Iam, "CreateRole", roles::create_role),
    read(Iam, "GetRole", roles::read_role),
    read(Iam, "ListRoles", roles::list_roles),
    write(Iam, "UpdateAssumeRolePolicy", roles::update_trust),
    write(Iam, "UpdateRole", roles::update_role),
    write(Iam, "PutRolePermissionsBoundary", roles::put_boundary),
    write(Iam, "DeleteRolePermissionsBoundary", roles::delete_boundary),
    write(Iam, "DeleteRole", roles::delete_role),
    write(Iam, "TagRole", roles::tag_role),
    write(Iam, "UntagRole", roles::untag_role),
    read(Iam, "ListRoleTags", roles::list_role_tags),
    write(Iam, "PutRolePolicy", role_policies::put_role_policy),
    read(Iam, "GetRolePolicy", role_policies::read_role_policy),
    write(Iam, "DeleteRolePolicy", role_policies::delete_role_policy),
    read(Iam, "ListRolePolicies", role_policies::list_role_policies),
    write(Iam, "AttachRolePolicy", role_policies::attach_role_policy),
    write(Iam, "DetachRolePolicy", role_policies::detach_role_policy),
    read(Iam, "ListAttachedRolePolicies", role_policies::list_attached_role_policies),
    write(Iam, "CreatePolicy", policies::create_policy),
    read(Iam, "GetPolicy", policies::read_policy),
    read(Iam, "GetPolicyVersion", policies::read_policy_version),
    write(Iam, "DeletePolicy", policies::delete_policy),
    read(Iam, "SimulatePrincipalPolicy", simulate::simulate_principal),
    read(Sts, "GetCallerIdentity", sts::read_caller),
    write(Sts, "AssumeRole", sts::assume_role),
    read(Sns, "GetSMSSandboxAccountStatus", sns::read_sandbox_status),
    read(Sns, "ListSMSSandboxPhoneNumbers", sns::list_sandbox_numbers),
    read(Sns, "ListOriginationNumbers", sns::list_origination_numbers),
    read(Sns, "GetSMSAttributes", sns::read_attributes),
    write(Sns, "SetSMSAttributes", sns::set_attributes),
];
