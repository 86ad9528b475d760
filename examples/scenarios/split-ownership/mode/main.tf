# The security team owns whether a second factor is asked for, with the factors of the other state.

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

data "terraform_remote_state" "factors" {
  backend = "local"

  config = {
    path = var.factors_state
  }
}

resource "cognitomfa_user_pool_mfa" "main" {
  user_pool_id      = var.user_pool_id
  mfa_configuration = var.mode

  # Factors that the other team adds before this is applied again stay on the pool.
  factor_management = "shared"
  factors           = data.terraform_remote_state.factors.outputs.factors
}
