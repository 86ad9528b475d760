# Turns MFA off for good on a pool that requires it and sends SMS. Both rules that stop this are waived, with the reason on record.

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

locals {
  reason = "The pool is retired, its users have moved."
}

resource "cognitomfa_user_pool_mfa" "retired" {
  user_pool_id      = var.user_pool_id
  mfa_configuration = "OFF"

  waivers = var.waive ? [
    { rule = "required_to_off", reason = local.reason },
    { rule = "sms_role_with_mode_off", reason = local.reason },
  ] : null
}
