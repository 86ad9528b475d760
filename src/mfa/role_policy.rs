//! Reading an IAM trust policy: may Cognito assume this role, and on which conditions.
