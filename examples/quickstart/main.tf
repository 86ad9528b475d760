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
    sts        = var.endpoint
  }
}

resource "cognitomfa_user_pool_mfa" "quickstart" {
  user_pool_id                     = var.user_pool_id
  mfa_configuration                = var.mode
  software_token_mfa_configuration = var.authenticator_app ? { enabled = true } : null
}
