# Raises a pool to required MFA in three reviewed steps: apply each stage, wait until enough users have enrolled, go on.

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
  mode = {
    prepare = "OFF"
    enrol   = "OPTIONAL"
    require = "ON"
  }[var.stage]
}

resource "cognitomfa_user_pool_mfa" "customers" {
  user_pool_id      = var.user_pool_id
  mfa_configuration = local.mode

  # A pool without MFA carries no factor, so the block goes with the mode.
  software_token_mfa_configuration = local.mode == "OFF" ? null : { enabled = true }
}
