# The least there is to say: users may set up an authenticator app.

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
  user_pool_id                     = var.user_pool_id
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
