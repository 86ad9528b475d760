# Passkeys with user verification satisfy required MFA by themselves. Apply this before WEB_AUTHN becomes a first factor of the pool
# (`sign_in_policy` of aws_cognito_user_pool): AWS refuses required MFA beside passkeys that are one factor only.

terraform {
  required_providers {
    cognitomfa = {
      source = "cognitomfa/cognitomfa"
    }
  }
}

provider "cognitomfa" {
  region = "us-east-1"

  endpoints {
    cognitoidp = var.endpoint
    iam        = var.endpoint
    sns        = var.endpoint
  }
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id      = var.user_pool_id
  mfa_configuration = "ON"

  # Passkeys are no factor of the mode, which needs one of its own: for users without a passkey.
  software_token_mfa_configuration = { enabled = true }

  web_authn_configuration = {
    relying_party_id     = var.relying_party_id
    user_verification    = "required"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }
}
